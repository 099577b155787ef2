using System.Linq;
using TrainDsl.Generator.Diagnostics;
using TrainDsl.Generator.Model;

namespace TrainDsl.Generator.Parsing;

/// <summary>Reads when checkpoints are written, and what happens where a loss or gradient is not finite.</summary>
internal static class ReliabilityParser
{
    // The default of the attribute.
    private const int DefaultKeep = 3;
    private const string Loss = "loss";

    // The members of NonFiniteAction, in the order of their values.
    private static readonly string[] s_actions = ["Stop", "Skip"];

    /// <summary>When checkpoints are written, or null where none are declared.</summary>
    public static CheckpointModel? Checkpoint(TrainingAttributes attributes, EquatableArray<ScoreModel> metrics, DiagnosticBag diagnostics)
    {
        if (attributes.Checkpoint is not { } attribute)
        {
            return null;
        }

        long? everySteps = attribute.Named<long>("EverySteps");
        if (everySteps < 1)
        {
            diagnostics.Report(DiagnosticDescriptors.CheckpointEverySteps, attribute.NamedLocation("EverySteps"), everySteps.Value);
        }

        int? everyEpochs = attribute.Named<int>("EveryEpochs");
        if (everyEpochs < 1)
        {
            diagnostics.Report(DiagnosticDescriptors.CheckpointEveryEpochs, attribute.NamedLocation("EveryEpochs"), everyEpochs.Value);
        }

        int keep = attribute.Named<int>("Keep") ?? DefaultKeep;
        if (keep < 1)
        {
            diagnostics.Report(DiagnosticDescriptors.CheckpointKeep, attribute.NamedLocation("Keep"), keep);
        }

        string? best = attribute.NamedString("KeepBest");
        if (best is not null && best != Loss && metrics.All(metric => metric.Name != best))
        {
            string declared = string.Concat(metrics.Select(static metric => $"'{metric.Name}', "));
            diagnostics.Report(DiagnosticDescriptors.CheckpointKeepBest, attribute.NamedLocation("KeepBest"), best, declared + $"'{Loss}'");
        }

        bool lowerIsBetter = attribute.Named<bool>("LowerIsBetter") ?? false;
        if (lowerIsBetter && best is null)
        {
            diagnostics.Report(DiagnosticDescriptors.LowerIsBetterWithoutKeepBest, attribute.NamedLocation("LowerIsBetter"));
        }

        if (best == Loss && attribute.Named<bool>("LowerIsBetter") == false)
        {
            diagnostics.Report(DiagnosticDescriptors.HigherLossIsBest, attribute.NamedLocation("LowerIsBetter"));
        }

        return new CheckpointModel(
            everySteps, everySteps is null && everyEpochs is null ? 1 : everyEpochs, keep, best, lowerIsBetter || best == Loss);
    }

    /// <summary>The value of the declared BufferRule.</summary>
    public static int Buffers(TrainingAttributes attributes, DiagnosticBag diagnostics)
    {
        // The values of BufferRule are 0 and 1.
        int rule = attributes.Devices?.Named<int>("Buffers") ?? 0;
        if (rule is not (0 or 1))
        {
            diagnostics.Report(DiagnosticDescriptors.UnknownBufferRule, attributes.Devices!.NamedLocation("Buffers"), rule);
        }

        return rule;
    }

    /// <summary>The declared member of NonFiniteAction, or null where nothing is checked.</summary>
    public static string? NonFinite(TrainingAttributes attributes, DiagnosticBag diagnostics)
    {
        if (attributes.NonFinite is not { } attribute)
        {
            return null;
        }

        int action = attribute.Positional<int>(0) ?? 0;
        if (action >= 0 && action < s_actions.Length)
        {
            return s_actions[action];
        }

        diagnostics.Report(DiagnosticDescriptors.NonFiniteAction, attribute.PositionalLocation(0, "action"), action);
        return null;
    }
}
