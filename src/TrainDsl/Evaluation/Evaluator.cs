using System;
using System.ComponentModel;
using TrainDsl.Data;
using TrainDsl.Faults;
using TrainDsl.Stepping;
using static TorchSharp.torch;

namespace TrainDsl.Evaluation;

/// <summary>Adds the loss and the metrics of one batch to an evaluation.</summary>
/// <typeparam name="TModel">The model's type.</typeparam>
/// <param name="model">The model.</param>
/// <param name="tensors">The batch.</param>
/// <param name="meter">What they are added to.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public delegate void Scores<in TModel>(TModel model, BatchTensors tensors, EvaluationMeter meter)
    where TModel : nn.Module;

/// <summary>
/// Evaluates a model over a dataset, and leaves no trace: the modes of its modules, autograd's recording and the state of the random numbers are afterwards what
/// they were. Random numbers are drawn from a seed of the evaluation's own, so that the same weights give the same values.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Evaluator
{
    /// <summary>Goes through the dataset in its own order.</summary>
    /// <typeparam name="TModel">The model's type.</typeparam>
    /// <param name="model">The model.</param>
    /// <param name="dataset">The dataset.</param>
    /// <param name="microBatch">The largest number of samples in a batch, at least 1. The last batch may be smaller.</param>
    /// <param name="seed">What random numbers are drawn from.</param>
    /// <param name="scores">Adds what a batch gives.</param>
    /// <param name="metrics">The metrics' names.</param>
    /// <returns>The loss and the metrics.</returns>
    /// <exception cref="DatasetException">The dataset is empty, or failed to read a sample.</exception>
    /// <exception cref="MicroBatchException">libtorch refused something in the loss, the forward pass or a metric.</exception>
    public static EvaluationResult Run<TModel>(
        TModel model, IColumnDataset dataset, long microBatch, long seed, Scores<TModel> scores, params string[] metrics)
        where TModel : nn.Module
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(scores);
        Device device = EvaluationPass.DeviceOf(model);
        Exception? explained = null;
        try
        {
            using var mode = new EvaluationMode(model);
            using var random = new EvaluationRandomness(seed, device);
            using var pass = new EvaluationPass(dataset, microBatch, device);
            using var scope = new StepScope();
            using var meter = new EvaluationMeter(metrics);
            while (pass.TryNext(out BatchTensors? tensors))
            {
                meter.Count(tensors.Count);
                scores(model, scope.Begin(tensors), meter);
                scope.Clear();
            }

            return meter.Result();
        }
        catch (Exception failure) when ((explained = MicroBatchFailure.Explain(failure, meter: null)) is not null)
        {
            throw explained;
        }
    }
}
