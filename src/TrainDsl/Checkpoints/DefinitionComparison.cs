using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace TrainDsl.Checkpoints;

/// <summary>Compares the definition in a checkpoint with that of the run which is to go on from it.</summary>
internal static class DefinitionComparison
{
    /// <summary>
    /// What would make the run go on otherwise than it began. The length of the run and what makes up the global batch may differ.
    /// </summary>
    public static List<ResumeDifference> Differences(RunDefinition found, RunDefinition expected)
    {
        List<ResumeDifference> differences = [];

        // Format version 1 has the definition's simple name, and neither model nor dataset.
        Compare("definition", found.Name, found.Model is null ? expected.SimpleName : expected.Name);
        Compare("type of the model", found.Model ?? "", found.Model is null ? "" : expected.Model ?? "");
        Compare("type of the dataset", found.Dataset ?? "", found.Dataset is null ? "" : expected.Dataset ?? "");
        Compare("global batch", Text(found.Plan.GlobalBatch), Text(expected.Plan.GlobalBatch));
        Compare("samples of the dataset", Text(found.Samples), Text(expected.Samples));
        Compare("shuffle", Text(found.Shuffle), Text(expected.Shuffle));
        Compare("drop last", Text(found.DropLast), Text(expected.DropLast));
        Compare("seed", Text(found.Seed), Text(expected.Seed));
        ComparePart("optimizer", found.Optimizer, expected.Optimizer);
        ComparePart("schedule", found.Schedule, expected.Schedule);
        Compare("bound of the gradient norm", Text(found.ClipNorm), Text(expected.ClipNorm));
        return differences;

        void Compare(string what, string inCheckpoint, string inRun)
        {
            if (inCheckpoint != inRun)
            {
                differences.Add(new ResumeDifference(what, inCheckpoint, inRun));
            }
        }

        void ComparePart(string what, DefinitionPart inCheckpoint, DefinitionPart inRun)
        {
            if (inCheckpoint.Kind != inRun.Kind)
            {
                Compare(what, inCheckpoint.Kind, inRun.Kind);
                return;
            }

            foreach (string name in inCheckpoint.Parameters.Concat(inRun.Parameters).Select(static pair => pair.Key).Distinct(StringComparer.Ordinal))
            {
                Compare($"{inRun.Kind}'s {name}", Text(Find(inCheckpoint, name)), Text(Find(inRun, name)));
            }
        }
    }

    private static double? Find(DefinitionPart part, string name)
    {
        foreach ((string key, double value) in part.Parameters)
        {
            if (key == name)
            {
                return value;
            }
        }

        return null;
    }

    // The shortest text that reads back to the same bits: equal texts are equal numbers.
    private static string Text(double? value) => value?.ToString("R", CultureInfo.InvariantCulture) ?? "none";

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Text(bool value) => value ? "yes" : "no";
}
