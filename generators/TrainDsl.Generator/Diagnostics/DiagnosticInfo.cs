using System.Linq;
using Microsoft.CodeAnalysis;
using TrainDsl.Generator.Model;

namespace TrainDsl.Generator.Diagnostics;

/// <summary>A diagnostic on its way through the incremental pipeline: compared by value, and made a <see cref="Diagnostic"/> at the end.</summary>
internal sealed record DiagnosticInfo(string Id, LocationInfo? Location, EquatableArray<string> Arguments)
{
    public bool IsError => DiagnosticDescriptors.Get(Id).DefaultSeverity == DiagnosticSeverity.Error;

    /// <summary>The id and the message, for an exception.</summary>
    public string Text => Id + ": " + string.Format(
        System.Globalization.CultureInfo.InvariantCulture,
        DiagnosticDescriptors.Get(Id).MessageFormat.ToString(System.Globalization.CultureInfo.InvariantCulture),
        Arguments.ToArray<object>());

    public Diagnostic ToDiagnostic(Compilation compilation)
        => Diagnostic.Create(DiagnosticDescriptors.Get(Id), Location?.In(compilation), Arguments.ToArray<object>());
}
