using System;
using System.Collections.Generic;
using TorchSharp;
using TrainDsl.Monitoring;
using TrainDsl.Native;
using TrainDsl.Stepping;
using static TorchSharp.torch;

namespace TrainDsl.Evaluation;

/// <summary>Adds up the loss and the metrics of an evaluation, each weighted by samples or by the weight that it states itself.</summary>
public sealed class EvaluationMeter : IDisposable
{
    private readonly Total[] _totals;
    private long _samples;

    /// <param name="names">The metrics' names; the loss is not among them.</param>
    public EvaluationMeter(params string[] names)
    {
        ArgumentNullException.ThrowIfNull(names);
        _totals = new Total[names.Length + 1];
        for (int value = 0; value < _totals.Length; value++)
        {
            _totals[value] = new Total(value == 0 ? "" : names[value - 1]);
        }
    }

    /// <summary>The value number of the loss; metrics follow it from 1.</summary>
    public const int Loss = 0;

    /// <summary>Counts the samples of a batch.</summary>
    /// <param name="samples">Samples in the batch.</param>
    public void Count(int samples) => _samples += samples;

    /// <summary>Adds a mean over a batch.</summary>
    /// <param name="value">0 for the loss, from 1 for the metrics in the order of their names.</param>
    /// <param name="mean">A scalar tensor: the mean over the batch's samples.</param>
    /// <param name="samples">Samples in the batch.</param>
    /// <exception cref="ArgumentException">The tensor is not one real number.</exception>
    public void Add(int value, Tensor mean, int samples)
    {
        Scalars.CheckReal(mean, _totals[value].Words, nameof(mean));
        _totals[value].Sum.Add(mean, samples);
        _totals[value].Samples += samples;
    }

    /// <summary>Adds a sum over a batch with its own weight.</summary>
    /// <param name="value">0 for the loss, from 1 for the metrics in the order of their names.</param>
    /// <param name="sum">The sum and its weight.</param>
    /// <exception cref="ArgumentException">One of them is not one real number.</exception>
    public void Add(int value, WeightedSum sum)
    {
        Scalars.CheckReal(sum.Sum, _totals[value].Words, nameof(sum));
        Scalars.CheckReal(sum.Weight, _totals[value].WordsOfWeight, nameof(sum));
        _totals[value].Sum.Add(sum.Sum, 1.0);
        _totals[value].Weight.Add(sum.Weight, 1.0);
    }

    /// <summary>The values over everything added.</summary>
    public EvaluationResult Result()
    {
        var metrics = new KeyValuePair<string, double>[_totals.Length - 1];
        for (int metric = 0; metric < metrics.Length; metric++)
        {
            metrics[metric] = new KeyValuePair<string, double>(_totals[metric + 1].Name, _totals[metric + 1].Value);
        }

        return new EvaluationResult(_samples, _totals[Loss].Value, metrics);
    }

    /// <summary>Releases the sums.</summary>
    public void Dispose()
    {
        foreach (Total total in _totals)
        {
            total.Sum.Dispose();
            total.Weight.Dispose();
        }
    }

    private sealed class Total(string name)
    {
        internal string Name { get; } = name;

        internal string Words { get; } = name.Length == 0 ? "The loss" : $"The metric '{name}'";

        internal string WordsOfWeight { get; } = name.Length == 0 ? "The weight of the loss" : $"The weight of the metric '{name}'";

        internal ScalarMeter Sum { get; } = new();

        internal ScalarMeter Weight { get; } = new();

        internal long Samples { get; set; }

        // As in a step: where nothing was weighed, there is nothing to tell of.
        internal double Value => RunMeter.Mean(Sum.Sum, Samples + Weight.Sum);
    }
}
