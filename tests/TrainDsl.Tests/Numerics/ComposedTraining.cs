using System;
using System.Collections.Generic;
using TorchSharp;
using TrainDsl.Batching;
using TrainDsl.Data;
using TrainDsl.Optimizers;
using TrainDsl.Parameters;
using TrainDsl.Stepping;
using static TorchSharp.torch;

namespace TrainDsl.Tests.Numerics;

/// <summary>The runtime parts put together as the generated loop does, for any reference case and micro-batch.</summary>
internal sealed class ComposedTraining : IDisposable
{
    private readonly ReferenceCase _case;
    private readonly ReferenceModel _model = new();
    private readonly FlatParameters _parameters;
    private readonly IOptimizer _optimizer;
    private readonly GradientScale _scale;
    private readonly WeightMeter _weight;
    private readonly BatchPipeline _pipeline;
    private readonly Backpropagation _backpropagation;
    private readonly StepScope _scope;

    /// <param name="reference">The case.</param>
    /// <param name="microBatch">Samples per micro-batch; accumulation makes them up to the case's global batch.</param>
    /// <param name="fromLastOfEpoch">Whether to begin at the last step of an epoch.</param>
    public ComposedTraining(ReferenceCase reference, long microBatch, bool fromLastOfEpoch = false)
    {
        _case = reference;
        var samples = new ReferenceSamples(reference.Samples);
        var plan = new BatchPlan(microBatch, 1, 1, reference.GlobalBatch / microBatch);
        var sequence = new BatchSequence(samples.Count, plan, reference.DropLast);
        var order = new SampleOrder(samples.Count, seed: 0, shuffle: false);
        long firstStep = fromLastOfEpoch ? sequence.StepsPerEpoch - 1 : 0;
        _parameters = new FlatParameters(_model, reference.DecayOnly == "matrices" ? DecayOnly.Matrices : DecayOnly.All);
        _optimizer = MakeOptimizer(reference.Optimizer, _parameters);
        _backpropagation = new Backpropagation(_parameters);
        _scale = new GradientScale(_parameters);
        _weight = new WeightMeter(CPU);
        _pipeline = new BatchPipeline(samples, sequence, order, [CPU], firstReplica: 0, firstStep, endStep: firstStep + reference.Steps);
        _scope = new StepScope();
    }

    public Dictionary<string, float[]> Weights() => _model.Weights();

    /// <summary>The gradient of the global batch that was gone through last, its weight divided out.</summary>
    public Dictionary<string, float[]> Gradients() => _model.Gradients(_case.Loss == "weighted" ? _weight.Value : 1.0);

    /// <summary>Goes through the next global batch.</summary>
    public GlobalBatch AccumulateGradients()
    {
        BatchLane lane = _pipeline.Lanes[0];
        GlobalBatch globalBatch = lane.NextGlobalBatch(out int microBatches);
        _parameters.ZeroGradients();
        _weight.Reset();
        for (int microBatch = 0; microBatch < microBatches; microBatch++)
        {
            var batch = new ReferenceSamples.Batch(lane.NextMicroBatch());
            if (_case.Loss == "weighted")
            {
                WeightedSum loss = ReferenceModel.WeightedLoss(_model, in batch);
                _backpropagation.Run(loss.Sum, scale: 1.0);
                _weight.Add(loss.Weight);
            }
            else
            {
                _backpropagation.Run(ReferenceModel.MeanLoss(_model, in batch), (double)batch.Count / globalBatch.Samples);
            }

            _scope.Clear();
        }

        return globalBatch;
    }

    /// <summary>Updates the weights.</summary>
    /// <returns>The gradient's norm before clipping, or null where nothing is clipped.</returns>
    public double? Update(double learningRate)
    {
        if (_case.Loss != "weighted" && _case.ClipNorm is null)
        {
            _optimizer.Step(learningRate);
            return null;
        }

        _scale.Reset();
        if (_case.Loss == "weighted")
        {
            _scale.DivideBy(_weight);
        }

        if (_case.ClipNorm is { } bound)
        {
            _scale.ClipNorm(bound);
        }

        _optimizer.Step(learningRate, _scale);
        return _case.ClipNorm is null ? null : _scale.Norm;
    }

    public void Dispose()
    {
        foreach (IDisposable part in (ReadOnlySpan<IDisposable>)[_scope, _backpropagation, _pipeline, _weight, _scale, _optimizer, _parameters, _model])
        {
            part.Dispose();
        }
    }

    private static IOptimizer MakeOptimizer(ReferenceOptimizer settings, FlatParameters parameters) => settings.Kind switch
    {
        "sgd" => new FusedSgd(parameters, settings.Momentum, settings.Dampening, settings.Nesterov, settings.WeightDecay),
        "adam" => new FusedAdam(parameters, AdamDecay.Coupled, settings.Beta1, settings.Beta2, settings.Epsilon, settings.WeightDecay),
        "adamw" => new FusedAdam(parameters, AdamDecay.Decoupled, settings.Beta1, settings.Beta2, settings.Epsilon, settings.WeightDecay),
        string other => throw new ArgumentException($"Unknown optimizer '{other}'.", nameof(settings)),
    };
}
