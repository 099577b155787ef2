namespace TrainDsl.Data;

/// <summary>Where reading has got to: the micro-batches of this process's replicas, in the order in which they are trained on.</summary>
internal sealed class MicroBatchCursor
{
    private readonly BatchSequence _sequence;
    private readonly long _firstReplica;
    private readonly int _replicas;
    private readonly long _endStep;
    private long _step;
    private long _accumulationStep;
    private GlobalBatch _batch;

    /// <param name="sequence">Which positions each micro-batch holds.</param>
    /// <param name="firstReplica">The first replica of this process among all replicas.</param>
    /// <param name="replicas">The replicas of this process.</param>
    /// <param name="firstStep">The optimizer step to begin at, from 0.</param>
    /// <param name="endStep">The optimizer step to end before.</param>
    internal MicroBatchCursor(BatchSequence sequence, long firstReplica, int replicas, long firstStep, long endStep)
    {
        _sequence = sequence;
        _firstReplica = firstReplica;
        _replicas = replicas;
        _step = firstStep;
        _endStep = endStep;
        _batch = sequence.GlobalBatchOf(firstStep);
        Replica = -1;
        MoveNext();
    }

    /// <summary>Whether there is no micro-batch left.</summary>
    internal bool AtEnd => _step >= _endStep;

    /// <summary>The replica of this process whose micro-batch is next, from 0.</summary>
    internal int Replica { get; private set; }

    /// <summary>The epoch it is of.</summary>
    internal long Epoch => _batch.Epoch;

    /// <summary>Its first position in the epoch.</summary>
    internal long Start { get; private set; }

    /// <summary>Its samples, at least 1.</summary>
    internal int Samples { get; private set; }

    /// <summary>Goes on to the next micro-batch that has samples: at the end of an epoch some have none.</summary>
    internal void MoveNext()
    {
        do
        {
            if (++Replica == _replicas)
            {
                Replica = 0;
                if (++_accumulationStep == _sequence.Plan.Accumulation)
                {
                    _accumulationStep = 0;
                    _batch = _sequence.GlobalBatchOf(++_step);
                }
            }

            (Start, Samples) = _sequence.MicroBatchOf(_batch, _firstReplica + Replica, _accumulationStep);
        }
        while (Samples == 0 && !AtEnd);
    }
}
