using System;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;
using TrainDsl.Generator.Diagnostics;
using TrainDsl.Generator.Emission;
using TrainDsl.Generator.Model;
using TrainDsl.Generator.Parsing;

namespace TrainDsl.Generator;

/// <summary>
/// Writes the loops of training definitions and the rows and batches of datasets, and reports what is wrong with them. Each definition goes through
/// parsing, then model and diagnostics apart, then emission; whatever an edit leaves equal ends its way there.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class TrainDslGenerator : IIncrementalGenerator
{
    private const string TrainingAttribute = "Training";
    private const string ColumnAttribute = "Column";

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValuesProvider<ParseResult<TrainingModel>> trainings = Definitions(
            context,
            TrainingAttribute,
            static (type, compilation, cancellation) => TrainingParser.Parse(type, compilation, cancellation),
            TrackingNames.TrainingParse);
        IncrementalValuesProvider<ParseResult<DatasetModel>> datasets = Definitions(
            context, ColumnAttribute, static (type, compilation, cancellation) => DatasetParser.Parse(type, compilation, cancellation), TrackingNames.DatasetParse);
        ReportDiagnostics(context, trainings, TrackingNames.TrainingDiagnostics);
        ReportDiagnostics(context, datasets, TrackingNames.DatasetDiagnostics);

        IncrementalValuesProvider<TrainingModel> definitions = Models(trainings, TrackingNames.TrainingModel);
        IncrementalValuesProvider<EmittedFile> loops = definitions
            .Select(static (training, _) => TrainingEmitter.Emit(training))
            .WithTrackingName(TrackingNames.TrainingEmit);
        IncrementalValuesProvider<EmittedFile> fittedLoops = definitions
            .Select(static (training, _) => FittedEmitter.ModelOf(training))
            .Where(static fitted => fitted is not null)
            .WithTrackingName(TrackingNames.FittedModel)
            .Select(static (fitted, _) => FittedEmitter.Emit(fitted!))
            .WithTrackingName(TrackingNames.FittedEmit);
        IncrementalValuesProvider<EmittedFile> rows = Models(datasets, TrackingNames.DatasetModel)
            .Select(static (dataset, _) => DatasetEmitter.Emit(dataset))
            .WithTrackingName(TrackingNames.DatasetEmit);
        IncrementalValueProvider<ImmutableArray<string>> loopNames = loops.Select(static (file, _) => file.Name).Collect();
        IncrementalValueProvider<ImmutableArray<string>> rowNames = rows.Select(static (file, _) => file.Name).Collect();
        IncrementalValueProvider<ImmutableArray<string>> fittedNames = fittedLoops.Select(static (file, _) => file.Name).Collect();
        IncrementalValueProvider<EquatableArray<string>> collisions = loopNames.Combine(rowNames).Combine(fittedNames)
            .Select(static (names, _) => HintNames.Collisions(names.Left.Left.Concat(names.Left.Right).Concat(names.Right)))
            .WithTrackingName(TrackingNames.FileNames);
        context.RegisterSourceOutput(loops.Combine(collisions), AddSource);
        context.RegisterSourceOutput(fittedLoops.Combine(collisions), AddSource);
        context.RegisterSourceOutput(rows.Combine(collisions), AddSource);

        IncrementalValueProvider<bool> hasDefinitions = loopNames.Combine(rowNames)
            .Select(static (names, _) => !names.Left.IsEmpty || !names.Right.IsEmpty)
            .WithTrackingName(TrackingNames.HasDefinitions);
        context.RegisterSourceOutput(hasDefinitions, static (output, hasAny) =>
        {
            if (hasAny)
            {
                output.AddSource(NativeLibrariesEmitter.HintName, SourceText.From(NativeLibrariesEmitter.Text, Encoding.UTF8));
            }
        });
    }

    private static IncrementalValuesProvider<ParseResult<TModel>> Definitions<TModel>(
        IncrementalGeneratorInitializationContext context,
        string attribute,
        Func<INamedTypeSymbol, Compilation, CancellationToken, ParseResult<TModel>> parse,
        string trackingName)
        where TModel : class, IEquatable<TModel>
        => context.CompilationProvider
            .SelectMany((compilation, cancellation) => DefinitionFinder.Find(compilation, attribute, parse, cancellation))
            .WithTrackingName(trackingName);

    private static IncrementalValuesProvider<TModel> Models<TModel>(IncrementalValuesProvider<ParseResult<TModel>> results, string trackingName)
        where TModel : class, IEquatable<TModel>
        => results.Select(static (result, _) => result.Model)
            .Where(static model => model is not null)
            .Select(static (model, _) => model!)
            .WithTrackingName(trackingName);

    private static void ReportDiagnostics<TModel>(
        IncrementalGeneratorInitializationContext context, IncrementalValuesProvider<ParseResult<TModel>> results, string trackingName)
        where TModel : class, IEquatable<TModel>
    {
        IncrementalValuesProvider<EquatableArray<DiagnosticInfo>> diagnostics = results
            .Select(static (result, _) => result.Diagnostics)
            .Where(static diagnostics => diagnostics.Count > 0)
            .WithTrackingName(trackingName);

        // The compilation is met last, and only where there is something to report: a place in one of its trees, unlike a mere
        // path, can be suppressed.
        context.RegisterSourceOutput(diagnostics.Combine(context.CompilationProvider), static (output, found) =>
        {
            foreach (DiagnosticInfo diagnostic in found.Left)
            {
                output.ReportDiagnostic(diagnostic.ToDiagnostic(found.Right));
            }
        });
    }

    private static void AddSource(SourceProductionContext output, (EmittedFile File, EquatableArray<string> Collisions) emitted)
        => output.AddSource(HintNames.Of(emitted.File, emitted.Collisions), SourceText.From(emitted.File.Text, Encoding.UTF8));
}
