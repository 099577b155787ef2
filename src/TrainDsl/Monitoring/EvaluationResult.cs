using System.Collections.Generic;
using System.Linq;
using TrainDsl.Monitoring;

namespace TrainDsl;

/// <summary>The loss and the declared metrics over a whole dataset, each exact over batches of unequal size.</summary>
/// <param name="Samples">Samples evaluated.</param>
/// <param name="Loss">The mean loss.</param>
/// <param name="Metrics">The metrics by name, in the order of their declaration.</param>
public sealed record EvaluationResult(long Samples, double Loss, IReadOnlyList<KeyValuePair<string, double>> Metrics)
{
    /// <summary>A metric by its name.</summary>
    /// <param name="metric">The name as declared.</param>
    /// <exception cref="KeyNotFoundException">No metric of that name is declared.</exception>
    public double this[string metric]
    {
        get
        {
            foreach ((string name, double value) in Metrics)
            {
                if (name == metric)
                {
                    return value;
                }
            }

            string declared = Metrics.Count == 0 ? "none" : string.Join(", ", Metrics.Select(static m => $"'{m.Key}'"));
            throw new KeyNotFoundException($"No metric '{metric}' is declared; declared: {declared}.");
        }
    }

    /// <summary>The loss, the metrics and the number of samples in words, on one line.</summary>
    public override string ToString() =>
        $"loss {InWords.Value(Loss)}{string.Concat(Metrics.Select(static metric => $", {metric.Key} {InWords.Value(metric.Value)}"))} "
        + $"over {InWords.Count(Samples, "sample")}";
}
