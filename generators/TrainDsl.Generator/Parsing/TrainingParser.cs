using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using TrainDsl.Generator.Diagnostics;
using TrainDsl.Generator.Emission;
using TrainDsl.Generator.Model;

namespace TrainDsl.Generator.Parsing;

/// <summary>Reads a training definition: a class with <c>[Training]</c>.</summary>
internal static class TrainingParser
{
    /// <summary>What <see cref="TrainingModel.OmittedMembers"/> calls constructors.</summary>
    public const string Constructors = ".ctor";

    // BufferRule.Averaged.
    private const int AveragedBuffers = 1;

    public static ParseResult<TrainingModel> Parse(INamedTypeSymbol definition, Compilation compilation, CancellationToken cancellation)
    {
        var diagnostics = new DiagnosticBag();
        if (DefinitionShape.Parse(definition, "Training", "training definition", diagnostics, cancellation) is not { } type)
        {
            return new(null, diagnostics.ToArray());
        }

        if (definition.IsAbstract)
        {
            diagnostics.Report(DiagnosticDescriptors.Abstract, definition.Locations[0], definition.Name);
        }

        EquatableArray<string> omitted = DefinitionShape.ReservedMembers(definition, diagnostics, EmittedNames.Training);
        if (ConstructorRules.LeavesNoPlace(definition, diagnostics, cancellation))
        {
            omitted = new([.. omitted, Constructors]);
        }

        var attributes = new TrainingAttributes(definition, cancellation);
        PlanModel plan = BatchParser.Parse(attributes, definition, diagnostics);
        INamedTypeSymbol? model = ModelParser.Parse(attributes, definition, diagnostics);
        INamedTypeSymbol? dataset = DatasetReferenceParser.Parse(attributes, definition, diagnostics, cancellation);
        var methods = new ScoreMethods(definition, cancellation);
        string? factory = ModelParser.Factory(attributes, definition, model, compilation, methods, diagnostics);
        var scores = new ScoreParser(definition, model, dataset, compilation, diagnostics, cancellation);
        ScoreModel? loss = scores.Loss(methods);
        EquatableArray<ScoreModel> metrics = scores.Metrics(methods);
        EquatableArray<HookModel> hooks = HookParser.Parse(definition, diagnostics, cancellation);
        bool canNameModel = model is not null && ReachParser.CanName(model, attributes, definition, diagnostics);
        bool canPassDataset = dataset is not null && ReachParser.CanPass(dataset, attributes, definition, diagnostics);
        OptimizerModel? optimizer = OptimizerParser.Parse(attributes, definition, diagnostics);
        double? clipNorm = OptimizerParser.ClipNorm(attributes, diagnostics);
        ScheduleModel schedule = ScheduleParser.Parse(attributes, diagnostics);
        (int? epochs, long? maxSteps) = RunParser.Parse(attributes, definition, diagnostics);
        CheckpointModel? checkpoint = ReliabilityParser.Checkpoint(attributes, metrics, diagnostics);
        string? nonFinite = ReliabilityParser.NonFinite(attributes, diagnostics);

        // An error that the compiler reports leaves something null here without a diagnostic of this generator.
        bool sound = diagnostics.FirstError is null && canNameModel && loss is not null && optimizer is not null && plan.MicroBatch > 0
            && (epochs ?? maxSteps) is not null && canPassDataset && DatasetReferenceParser.IsReadable(dataset!, cancellation);
        TrainingRecipe? recipe = !sound ? null : new TrainingRecipe(
            loss!,
            metrics,
            factory,
            optimizer!,
            schedule,
            clipNorm,
            epochs,
            maxSteps,
            attributes.Seed?.Positional<long>(0) ?? 0,
            attributes.Dataset?.Named<bool>("Shuffle") ?? true,
            attributes.Dataset?.Named<bool>("DropLast") ?? false,
            attributes.Devices?.Named<int>("Buffers") == AveragedBuffers,
            BatchParser.IsAuto(attributes),
            checkpoint,
            nonFinite);
        string? obstacle = sound ? null : diagnostics.FirstError ?? $"Training definition '{definition.Name}' or its dataset has errors.";
        return new(
            new TrainingModel(
                type,
                plan,
                canNameModel ? SymbolNames.Reference(model!, definition) : null,
                canPassDataset ? SymbolNames.Reference(dataset!, definition) : null,
                omitted,
                hooks,
                recipe,
                obstacle),
            diagnostics.ToArray());
    }
}
