using System.Threading;
using Microsoft.CodeAnalysis;
using TrainDsl.Batching;
using TrainDsl.Generator.Parsing;

namespace TrainDsl.Generator.Analyzers;

/// <summary>What the declaration of a run says of its size before it runs.</summary>
internal sealed class DeclaredRun
{
    private DeclaredRun(TrainingAttributes attributes, BatchPlan plan, INamedTypeSymbol? dataset, long? samples)
    {
        Attributes = attributes;
        Plan = plan;
        Dataset = dataset;
        Samples = samples;
    }

    public TrainingAttributes Attributes { get; }

    /// <summary>The resolved batch plan.</summary>
    public BatchPlan Plan { get; }

    public INamedTypeSymbol? Dataset { get; }

    /// <summary>The dataset's length, where it is written as a number.</summary>
    public long? Samples { get; }

    /// <summary>Whether the last, partial global batch of an epoch is left out.</summary>
    public bool DropLast => Attributes.Dataset?.Named<bool>("DropLast") == true;

    /// <summary>Optimizer steps in one epoch, where the dataset's length is known and holds one global batch.</summary>
    public long? StepsPerEpoch => Samples is not { } samples || samples < Plan.GlobalBatch ? null
        : DropLast ? samples / Plan.GlobalBatch
        : ((samples - 1) / Plan.GlobalBatch) + 1;

    /// <summary>The epochs that bound the run, where they are sound.</summary>
    public long? Epochs => Attributes.Epochs?.Positional<int>(0) is { } epochs and > 0 ? epochs : null;

    /// <summary>The steps that bound the run, where they are sound.</summary>
    public long? MaxSteps => Attributes.MaxSteps?.Positional<long>(0) is { } steps and > 0 ? steps : null;

    /// <summary>The steps of all declared epochs, where they are known.</summary>
    public long? StepsOfEpochs => Epochs is { } epochs && StepsPerEpoch is { } steps && steps <= long.MaxValue / epochs ? epochs * steps : null;

    /// <summary>The most steps that the run can have, where there is a bound that is known.</summary>
    public long? MostSteps => StepsOfEpochs is not { } steps ? MaxSteps : MaxSteps < steps ? MaxSteps : steps;

    /// <summary>The steps that the run has, where nothing unknown may end it earlier.</summary>
    public long? Steps => Attributes.Epochs is null || StepsOfEpochs is not null ? MostSteps : null;

    /// <summary>The run of a training definition; null where the class is none, or its batch plan has an error.</summary>
    public static DeclaredRun? Of(INamedTypeSymbol definition, Compilation compilation, CancellationToken cancellation)
    {
        var attributes = new TrainingAttributes(definition, cancellation);
        if (attributes.Training is null || BatchArithmetic.Decide(BatchParser.Terms(attributes), out BatchPlan plan) is not null
            || plan.MicroBatch > BatchArithmetic.LargestMicroBatch)
        {
            return null;
        }

        var dataset = attributes.Dataset?.TypeArgument as INamedTypeSymbol;
        long? samples = dataset is null ? null : DeclaredLength.Of(dataset, compilation, cancellation);
        return new DeclaredRun(attributes, plan, dataset, samples);
    }

    /// <summary>Where the micro-batch is decided: at its attribute, at the global batch's, or at the class.</summary>
    public Location MicroBatchLocation(INamedTypeSymbol definition)
        => BatchParser.LocationOf(BatchTerm.MicroBatch, Attributes) ?? BatchParser.LocationOf(BatchTerm.GlobalBatch, Attributes)
            ?? definition.Locations[0];
}
