using System;
using System.Threading;

namespace TrainDsl.Checkpoints;

/// <summary>Which checkpoint has the best metric. A better one counts once it is durable: until then the one before it stays.</summary>
internal sealed class BestTracker
{
    private const string Loss = "loss";

    private readonly Lock _gate = new();
    private readonly string _metric;
    private readonly bool _lowerIsBetter;
    private BestMetric? _durable;
    private BestMetric? _candidate;

    public BestTracker(string metric, bool lowerIsBetter, BestMetric? resumed)
    {
        _metric = metric;
        _lowerIsBetter = lowerIsBetter || metric == Loss;
        _durable = resumed?.Metric == metric ? resumed : null;
    }

    /// <summary>The best so far, one included whose checkpoint is not durable yet; null where none was measured.</summary>
    public BestMetric? Current
    {
        get
        {
            lock (_gate)
            {
                return _candidate ?? _durable;
            }
        }
    }

    /// <summary>The best whose checkpoint is durable; null if there is none.</summary>
    public BestMetric? Durable
    {
        get
        {
            lock (_gate)
            {
                return _durable;
            }
        }
    }

    /// <summary>The steps of the checkpoints to keep: at most two.</summary>
    public long[] ProtectedSteps
    {
        get
        {
            lock (_gate)
            {
                return (_durable, _candidate) switch
                {
                    (null, null) => [],
                    ({ } durable, null) => [durable.Step],
                    (null, { } candidate) => [candidate.Step],
                    ({ } durable, { } candidate) => [durable.Step, candidate.Step],
                };
            }
        }
    }

    /// <summary>Measures an epoch; all metrics but the loss need a validation dataset.</summary>
    /// <param name="epoch">The epoch's report.</param>
    /// <returns>Whether it is the best so far.</returns>
    public bool Offer(EpochReport epoch)
    {
        double value = _metric != Loss ? epoch.Validation?[_metric] ?? double.NaN : epoch.Validation?.Loss ?? epoch.TrainingLoss;
        lock (_gate)
        {
            BestMetric? best = _candidate ?? _durable;
            bool isBetter = !double.IsNaN(value) && (best is null || (_lowerIsBetter ? value < best.Value : value > best.Value));
            if (isBetter)
            {
                _candidate = new BestMetric(_metric, value, epoch.Step);
            }

            return isBetter;
        }
    }

    /// <summary>Hears how the attempt at a checkpoint went: the candidate's makes it the best, or gives it up.</summary>
    public void Settle(long step, bool isDurable)
    {
        lock (_gate)
        {
            if (_candidate?.Step == step)
            {
                _durable = isDurable ? _candidate : _durable;
                _candidate = null;
            }
        }
    }
}
