using System;
using System.Collections.Generic;
using System.IO;

namespace TrainDsl.Benchmarks.Paired;

/// <summary>Prints what was measured as a table in Markdown.</summary>
internal static class PairedTable
{
    /// <summary>Prints the table of one model.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="model">The model's name.</param>
    /// <param name="loops">The loops with their blocks; the others are compared with the first.</param>
    public static void Write(TextWriter output, string model, IReadOnlyList<PairedLoop> loops)
    {
        output.WriteLine($"| {model} | ms a step | times as fast as {loops[0].Name} (95 %) | bytes a step |");
        output.WriteLine("| --- | --- | --- | --- |");
        foreach (PairedLoop loop in loops)
        {
            double bytes = Statistics.Median(loop.Bytes);
            string ratio = loop == loops[0] ? "1" : $"{Statistics.Ratio(loops[0].Milliseconds, loop.Milliseconds)}";
            output.WriteLine(FormattableString.Invariant(
                $"| {loop.Name} | {Statistics.Median(loop.Milliseconds):0.000} | {ratio} | {(double.IsNaN(bytes) ? "-" : bytes.ToString("#,##0"))} |"));
        }

        output.WriteLine();
    }
}
