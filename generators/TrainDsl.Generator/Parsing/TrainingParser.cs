using System.Collections.Generic;
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
            diagnostics.Report(DiagnosticDescriptors.Abstract, DefinitionShape.Place(definition), definition.Name);
        }

        DefinitionShape.CheckName(definition, diagnostics, [.. EmittedNames.Training, .. EmittedNames.Hooks]);
        IEnumerable<string> inherited = BaseRules.Check(definition, "Training", EmittedNames.Training, compilation, diagnostics, cancellation);
        EquatableArray<string> omitted = new(
            [.. DefinitionShape.ReservedMembers(definition, diagnostics, EmittedNames.Training), .. inherited, definition.Name]);
        var attributes = new TrainingAttributes(definition, cancellation);
        PlanModel plan = BatchParser.Parse(attributes, definition, compilation, diagnostics, cancellation);
        INamedTypeSymbol? model = ModelParser.Parse(attributes, definition, diagnostics);
        INamedTypeSymbol? dataset = DatasetReferenceParser.Parse(attributes, definition, diagnostics, cancellation);
        if (ConstructorRules.LeavesNoPlace(definition, model, dataset, diagnostics, cancellation))
        {
            omitted = new([.. omitted, Constructors]);
        }

        omitted = new([.. omitted, .. definition.InstanceConstructors
            .Where(constructor => !constructor.IsImplicitlyDeclared && ConstructorRules.HasGeneratedSignature(constructor, model, dataset))
            .Select(static constructor => Constructors + constructor.Parameters.Length)]);
        var methods = new ScoreMethods(definition, cancellation);
        if (methods.Coupling is { } coupling && plan.GlobalBatch > 0 && plan.MicroBatch > 0)
        {
            CouplingRules.Check(coupling, attributes, plan, diagnostics);
        }

        string? factory = ModelParser.Factory(attributes, definition, model, compilation, methods, diagnostics);
        type = type with { DisabledWarnings = new(UsageWarnings.Of([model, dataset, .. methods.All])) };
        var scores = new ScoreParser(definition, model, dataset, compilation, diagnostics, cancellation);
        ScoreModel? loss = scores.Loss(methods, isReported: InheritedMarks.Report(definition, methods, diagnostics, cancellation));
        methods.ReportObsolete(diagnostics, cancellation);
        EquatableArray<ScoreModel> metrics = scores.Metrics(methods);
        EquatableArray<HookModel> hooks = HookParser.Parse(definition, inherited, diagnostics, cancellation);
        bool canNameModel = model is not null && !ReachParser.IsBehindAlias(model, compilation)
            && ReachParser.CanName(model, attributes, definition, diagnostics);
        bool canPassDataset = dataset is not null && !ReachParser.IsBehindAlias(dataset, compilation)
            && ReachParser.CanPass(dataset, attributes, definition, diagnostics);
        OptimizerModel? optimizer = OptimizerParser.Parse(attributes, definition, diagnostics);
        double? clipNorm = OptimizerParser.ClipNorm(attributes, diagnostics);
        ScheduleModel schedule = ScheduleParser.Parse(attributes, diagnostics);
        (int? epochs, long? maxSteps) = RunParser.Parse(attributes, definition, diagnostics);
        CheckpointModel? checkpoint = ReliabilityParser.Checkpoint(attributes, metrics, diagnostics);
        string? nonFinite = ReliabilityParser.NonFinite(attributes, diagnostics);

        int buffers = ReliabilityParser.Buffers(attributes, diagnostics);
        ReachParser.CheckNames(model, dataset, attributes, definition, compilation, diagnostics);

        // An error that the compiler reports leaves something null here without a diagnostic of this generator.
        // A method with the name of its class is such an error.
        bool sound = diagnostics.FirstError is null && methods.All.All(method => method.Name != definition.Name) && canNameModel && loss is not null && optimizer is not null && plan.MicroBatch > 0
            && (epochs ?? maxSteps) is not null && canPassDataset && DatasetReferenceParser.IsReadable(dataset!, definition, cancellation);
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
            buffers == AveragedBuffers,
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
                obstacle,
                BaseRules.Call(definition, compilation, cancellation)),
            diagnostics.ToArray());
    }
}
