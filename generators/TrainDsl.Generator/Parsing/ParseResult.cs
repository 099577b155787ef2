using System;
using TrainDsl.Generator.Diagnostics;
using TrainDsl.Generator.Model;

namespace TrainDsl.Generator.Parsing;

/// <summary>What a definition says, and what is wrong with it. The model holds no locations: moving a definition changes no emitted source.</summary>
/// <param name="Model">The model, or null where nothing can be generated into the class.</param>
/// <param name="Diagnostics">What is wrong.</param>
internal sealed record ParseResult<TModel>(TModel? Model, EquatableArray<DiagnosticInfo> Diagnostics)
    where TModel : class, IEquatable<TModel>;
