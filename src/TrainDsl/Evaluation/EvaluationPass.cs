using System;
using System.Diagnostics.CodeAnalysis;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using TrainDsl.Batching;
using TrainDsl.Data;
using static TorchSharp.torch;

namespace TrainDsl.Evaluation;

/// <summary>One pass over a dataset in its own order, micro-batch by micro-batch, to its last sample.</summary>
public sealed class EvaluationPass : IDisposable
{
    private readonly BatchPipeline _pipeline;
    private long _left;

    /// <summary>Starts reading.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="microBatch">The largest number of samples in a batch, at least 1.</param>
    /// <param name="device">The model's device.</param>
    /// <exception cref="DatasetException">The dataset is empty.</exception>
    public EvaluationPass(IColumnDataset dataset, long microBatch, Device device)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        long count = dataset.Count;
        var plan = new BatchPlan(Math.Clamp(microBatch, 1, Math.Max(1, count)), devices: 1, nodes: 1, accumulation: 1);
        var sequence = new BatchSequence(count, plan, dropLast: false);
        _left = sequence.StepsPerEpoch;
        _pipeline = new BatchPipeline(dataset, sequence, new SampleOrder(count, seed: 0, shuffle: false), [device], firstReplica: 0, firstStep: 0, _left);
        RunEnd.OnThisThread?.Bound(_pipeline);
        try
        {
            _pipeline.AwaitFirst();
        }
        catch
        {
            _pipeline.Dispose();
            throw;
        }
    }

    /// <summary>The device that a model's parameters are on; the CPU where it has none.</summary>
    /// <param name="model">The model.</param>
    public static Device DeviceOf(nn.Module model)
    {
        ArgumentNullException.ThrowIfNull(model);
        Parameter? first = model.parameters().FirstOrDefault();
        return first is null ? CPU : first.device;
    }

    /// <summary>The next batch, or false at the end of the dataset.</summary>
    /// <param name="batch">The batch, valid until the next call.</param>
    /// <exception cref="DatasetException">The dataset failed to read a sample.</exception>
    public bool TryNext([NotNullWhen(true)] out BatchTensors? batch)
    {
        if (_left == 0)
        {
            batch = null;
            return false;
        }

        _left--;
        batch = _pipeline.Lanes[0].NextMicroBatch();
        return true;
    }

    /// <summary>Stops reading.</summary>
    public void Dispose() => _pipeline.Dispose();
}
