using System.Threading;
using Microsoft.CodeAnalysis;
using TrainDsl.Batching;
using TrainDsl.Generator.Diagnostics;
using TrainDsl.Generator.Model;

namespace TrainDsl.Generator.Parsing;

/// <summary>Resolves the batch attributes of a training definition.</summary>
internal static class BatchParser
{
    /// <summary>The terms as they are written.</summary>
    public static BatchTerms Terms(TrainingAttributes attributes) => new()
    {
        GlobalBatch = attributes.GlobalBatch?.Positional<long>(0),
        MicroBatch = attributes.MicroBatch?.Positional<long>(0),
        Devices = attributes.Devices?.Positional<long>(0),
        Nodes = attributes.Devices?.Named<long>("Nodes"),
        Accumulation = attributes.Accumulation?.Positional<long>(0),
    };

    /// <summary>The plan; where there is none, what was written.</summary>
    public static PlanModel Parse(
        TrainingAttributes attributes, INamedTypeSymbol definition, Compilation compilation, DiagnosticBag diagnostics, CancellationToken cancellation)
    {
        BatchTerms written = Terms(attributes);
        if (!HasSoundMicroBatch(attributes, written, diagnostics))
        {
            return AsWritten(written);
        }

        if (!IsReadable(attributes))
        {
            return AsWritten(written);
        }

        if (BatchArithmetic.Decide(written, out BatchPlan plan) is not null)
        {
            // The length is read for what is suggested alone.
            BatchFailure failure = BatchArithmetic.Resolve(written, KnownSamples(attributes, compilation, cancellation)).Failure!;
            Location? location = failure.Term is { } term ? LocationOf(term, attributes) : null;
            diagnostics.Report(Descriptor(failure.Reason), location ?? DefinitionShape.Place(definition), failure.Message);
            return AsWritten(written);
        }

        if (plan.MicroBatch > BatchArithmetic.LargestMicroBatch)
        {
            Location? location = LocationOf(written.MicroBatch is null ? BatchTerm.GlobalBatch : BatchTerm.MicroBatch, attributes);
            diagnostics.Report(DiagnosticDescriptors.MicroBatchTooLarge, location, plan.MicroBatch, BatchArithmetic.LargestMicroBatch);
        }

        return new PlanModel(plan.GlobalBatch, plan.MicroBatch, plan.Devices, plan.Nodes, plan.Accumulation);
    }

    /// <summary>The samples of the dataset, or the most that there can be where they are not known.</summary>
    public static long KnownSamples(TrainingAttributes attributes, Compilation compilation, CancellationToken cancellation)
        => attributes.Dataset?.TypeArgument is INamedTypeSymbol dataset
            ? DeclaredLength.Of(dataset, compilation, cancellation) ?? long.MaxValue
            : long.MaxValue;

    /// <summary>Whether each batch attribute that is written has its number, or says that it is found at run time.</summary>
    public static bool IsReadable(TrainingAttributes attributes)
        => !IsUnreadable(attributes.GlobalBatch) && !IsUnreadable(attributes.Devices) && !IsUnreadable(attributes.Accumulation)
            && (!IsUnreadable(attributes.MicroBatch) || (IsAuto(attributes) && !attributes.MicroBatch!.IsWritten(0)));

    /// <summary>Whether the micro-batch is halved where memory runs out.</summary>
    public static bool IsAuto(TrainingAttributes attributes) => attributes.MicroBatch?.Named<bool>("Auto") == true;

    private static bool HasSoundMicroBatch(TrainingAttributes attributes, BatchTerms written, DiagnosticBag diagnostics)
    {
        if (attributes.MicroBatch is not { } attribute)
        {
            return true;
        }

        if (IsAuto(attributes) && attributes.GlobalBatch is null)
        {
            diagnostics.Report(DiagnosticDescriptors.AutoWithoutGlobalBatch, attribute.NamedLocation("Auto"));
            return false;
        }

        if (attribute.IsResolved && !attribute.IsWritten(0) && !IsAuto(attributes))
        {
            diagnostics.Report(DiagnosticDescriptors.MicroBatchSaysNothing, attribute.Location);
            return false;
        }

        // An error that the compiler reports.
        return written.MicroBatch is not null || (attribute.IsResolved && IsAuto(attributes) && !attribute.IsWritten(0));
    }

    private static bool IsUnreadable(DslAttribute? attribute) => attribute is not null && attribute.Positional<long>(0) is null;

    private static PlanModel AsWritten(BatchTerms written) => new(
        written.GlobalBatch ?? 0, written.MicroBatch ?? 0, written.Devices ?? 1, written.Nodes ?? 1, written.Accumulation ?? 1);

    /// <summary>Where a written term is.</summary>
    public static Location? LocationOf(BatchTerm term, TrainingAttributes attributes) => term switch
    {
        BatchTerm.GlobalBatch => attributes.GlobalBatch?.PositionalLocation(0, "size"),
        BatchTerm.MicroBatch => attributes.MicroBatch?.PositionalLocation(0, "size"),
        BatchTerm.Devices => attributes.Devices?.PositionalLocation(0, "count"),
        BatchTerm.Nodes => attributes.Devices?.NamedLocation("Nodes"),
        _ => attributes.Accumulation?.PositionalLocation(0, "steps"),
    };

    private static DiagnosticDescriptor Descriptor(BatchFailureReason reason) => reason switch
    {
        BatchFailureReason.NothingToInferFrom => DiagnosticDescriptors.NothingToInferFrom,
        BatchFailureReason.NotPositive => DiagnosticDescriptors.BatchTermNotPositive,
        BatchFailureReason.Contradiction => DiagnosticDescriptors.BatchContradiction,
        BatchFailureReason.NotDivisible => DiagnosticDescriptors.BatchNotDivisible,
        _ => DiagnosticDescriptors.BatchOverflow,
    };
}
