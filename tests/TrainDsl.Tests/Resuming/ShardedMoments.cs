using System.Collections.Generic;
using System.Linq;
using TrainDsl.Devices;
using TrainDsl.Optimizers;
using TrainDsl.Parameters;
using static TorchSharp.torch;

namespace TrainDsl.Tests.Resuming;

/// <summary>The moments that one of several replicas has: those of its shard of each flat buffer.</summary>
internal sealed class ShardedMoments : IOptimizer, IOptimizerState
{
    private readonly List<OptimizerMoment> _moments = [];

    public ShardedMoments(FlatParameters parameters, int rank, int size)
    {
        Parameters = parameters;
        foreach (ParameterBuffer buffer in parameters.Buffers)
        {
            Shard shard = Shard.Of(buffer.Values.numel(), rank, size);
            ParameterGroup group = new(buffer, shard.Start, shard.Length, decays: true);
            foreach (string name in new[] { "exp_avg", "exp_avg_sq" })
            {
                _moments.Add(new OptimizerMoment(name, group, zeros_like(group.Values).DetachFromDisposeScope()));
            }
        }
    }

    public FlatParameters Parameters { get; }

    public long StepCount { get; private set; }

    IReadOnlyList<OptimizerMoment> IOptimizerState.Moments => _moments;

    public void RestoreStepCount(long stepCount) => StepCount = stepCount;

    public void Step(double learningRate, GradientScale? gradientScale = null) => StepCount++;

    public void Dispose()
    {
        foreach (OptimizerMoment moment in _moments)
        {
            moment.Values.Dispose();
        }

        foreach (ParameterGroup group in _moments.Select(static moment => moment.Group).Distinct())
        {
            group.Dispose();
        }
    }
}
