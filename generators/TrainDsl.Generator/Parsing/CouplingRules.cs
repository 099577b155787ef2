using Microsoft.CodeAnalysis;
using TrainDsl.Batching;
using TrainDsl.Generator.Diagnostics;
using TrainDsl.Generator.Model;

namespace TrainDsl.Generator.Parsing;

/// <summary>A loss that couples the samples of its batch gets the global batch whole: the mean over parts of it is another objective.</summary>
internal static class CouplingRules
{
    public static void Check(DslAttribute loss, TrainingAttributes attributes, PlanModel plan, DiagnosticBag diagnostics)
    {
        if (plan.MicroBatch < plan.GlobalBatch)
        {
            BatchTerm culprit = plan.Accumulation > 1 ? BatchTerm.Accumulation : plan.Devices > 1 ? BatchTerm.Devices : BatchTerm.Nodes;
            Location? location = BatchParser.LocationOf(culprit, attributes) ?? BatchParser.LocationOf(BatchTerm.MicroBatch, attributes)
                ?? loss.NamedLocation("CouplesSamples");
            diagnostics.Report(
                DiagnosticDescriptors.SplitsCoupledSamples, location, plan.GlobalBatch, plan.MicroBatch, plan.Devices, plan.Nodes, plan.Accumulation);
        }

        if (BatchParser.IsAuto(attributes))
        {
            diagnostics.Report(DiagnosticDescriptors.AutoSplitsCoupledSamples, attributes.MicroBatch!.NamedLocation("Auto"));
        }
    }
}
