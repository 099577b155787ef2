using TrainDsl.Devices;

namespace TrainDsl.Monitoring;

/// <summary>The loss of several replicas together: each adds up its own micro-batches, and the sums meet once a step.</summary>
internal unsafe struct GroupLoss
{
    private double _epochSum;
    private double _epochWeight;

    /// <summary>The mean loss of the last global batch.</summary>
    internal double OfStep { get; private set; }

    /// <summary>What the epoch has come to so far, the same on every replica.</summary>
    internal EpochSums Sums
    {
        readonly get => new(_epochSum, 0.0, _epochWeight);
        set => (_epochSum, _epochWeight) = (value.Loss, value.MeanWeight + value.SumWeight);
    }

    /// <summary>Adds a step, of which every replica brings its part.</summary>
    /// <param name="members">The replica's member of the group.</param>
    /// <param name="sum">The sum of its losses: means weighted by their shares of the global batch, or sums as they are.</param>
    /// <param name="shares">The shares of its micro-batches, where losses are means.</param>
    /// <param name="weight">The weights of its micro-batches, where losses are sums.</param>
    /// <param name="samples">Samples of the whole global batch.</param>
    internal void Add(ICollective members, double sum, double shares, double weight, long samples)
    {
        double* sums = stackalloc double[] { sum, shares, weight };
        members.AllReduce(sums, 3, ElementType.Float64);
        OfStep = RunMeter.Mean(sums[0], sums[1] + sums[2]);

        // Means count by samples in an epoch, as its last global batch may be smaller.
        _epochSum += sums[1] > 0.0 ? sums[0] * samples : sums[0];
        _epochWeight += (sums[1] * samples) + sums[2];
    }
}
