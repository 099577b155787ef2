using System;
using TrainDsl.Batching;
using TrainDsl.Data;
using TrainDsl.Faults;
using static TorchSharp.torch;

namespace TrainDsl.Evaluation;

/// <summary>
/// What is tried before the first step, so that a run does not come to its end, or to the end of an epoch, to find out that it cannot go on: the loss and the metrics on
/// the first micro-batch of the validation dataset, and norms on a micro-batch of one sample if the run has one. It leaves no trace in the model or in random numbers.
/// </summary>
internal sealed class Rehearsal
{
    private readonly nn.Module _model;
    private readonly RunInfo _run;
    private readonly BatchSequence _sequence;
    private readonly IColumnDataset _dataset;
    private readonly IColumnDataset? _validation;
    private readonly Func<IColumnDataset, long, EvaluationResult> _evaluate;
    private NormSizes? _norms;

    /// <param name="model">The model, on its device and in training mode.</param>
    /// <param name="run">What the run is about.</param>
    /// <param name="sequence">Which samples each micro-batch holds.</param>
    /// <param name="dataset">The dataset that is trained on.</param>
    /// <param name="validation">The dataset that is validated on, or null.</param>
    /// <param name="evaluate">Evaluates the model over a dataset, in batches of at most some number of samples.</param>
    internal Rehearsal(
        nn.Module model, RunInfo run, BatchSequence sequence, IColumnDataset dataset, IColumnDataset? validation, Func<IColumnDataset, long, EvaluationResult> evaluate)
    {
        _model = model;
        _run = run;
        _sequence = sequence;
        _dataset = dataset;
        _validation = validation;
        _evaluate = evaluate;
    }

    /// <summary>Tries what the run will come to.</summary>
    /// <exception cref="ArgumentException">The loss or a metric is not a tensor of one element.</exception>
    /// <exception cref="DatasetException">The validation dataset is empty, or a sample cannot be read.</exception>
    /// <exception cref="InvalidOperationException">A norm would see one value.</exception>
    internal void Run()
    {
        if (_run.FirstStep >= _run.TotalSteps)
        {
            return;
        }

        CheckNorms(_run.Plan);
        if (_validation is not null)
        {
            _ = TryEvaluate(new FirstSamples(_validation, _run.Plan.MicroBatch), _run.Plan.MicroBatch);
        }
    }

    /// <summary>Refuses a plan of which a micro-batch has one sample, if that leaves a norm in training with one value to take a variance of.</summary>
    /// <param name="plan">The plan, of the same global batch.</param>
    /// <exception cref="InvalidOperationException">It does.</exception>
    internal void CheckNorms(BatchPlan plan)
    {
        BatchSequence sequence = _sequence.With(plan);
        bool everyOne = plan.MicroBatch == 1;
        bool lastOne = sequence.PartialMicroBatch == 1 && _run.TotalSteps / _run.StepsPerEpoch > _run.FirstStep / _run.StepsPerEpoch;
        if (!everyOne && !lastOne)
        {
            return;
        }

        if (_norms is null)
        {
            using NormSizes norms = new(_model);
            if (norms.Any && !TryEvaluate(new FirstSamples(_dataset, 1), 1))
            {
                return;
            }

            _norms = norms;
        }

        if (_norms.OfOneValue is not { } norm)
        {
            return;
        }

        string where = everyOne
            ? "Each micro-batch has 1 sample"
            : $"The last micro-batch of each epoch has 1 sample ({_sequence.SamplesPerEpoch} samples in micro-batches of {plan.MicroBatch})";
        string dropLast = everyOne || _sequence.SamplesPerEpoch % plan.GlobalBatch == 0 ? "" : "declare [Dataset<...>(DropLast = true)], which leaves the last partial global batch out, or ";
        throw new InvalidOperationException(
            $"{where}, of which {norm} gets one value a channel. One value has no variance: its running_var would be NaN from then on, and with it every evaluation. To go on, "
            + $"{dropLast}{OtherMicroBatch(plan)}; or put GroupNorm or LayerNorm, which do not look across samples, in the place of the norm.");
    }

    private string OtherMicroBatch(BatchPlan plan)
    {
        long perReplica = plan.GlobalBatch / plan.Replicas;
        for (long micro = perReplica; micro > 1; micro--)
        {
            if (perReplica % micro == 0 && _sequence.SamplesPerEpoch % micro != 1)
            {
                return $"declare [MicroBatch({micro})] (accumulation {perReplica / micro})";
            }
        }

        return "declare another [GlobalBatch], as every micro-batch of this one leaves one sample over";
    }

    /// <returns>Whether memory sufficed; if it does not, the run finds its plan itself.</returns>
    private bool TryEvaluate(IColumnDataset dataset, long microBatch)
    {
        try
        {
            _ = _evaluate(dataset, microBatch);
            return true;
        }
        catch (Exception failure) when (OutOfMemory.Is(failure))
        {
            return false;
        }
    }
}
