using System;
using System.Linq;
using System.Threading;
using TorchSharp;
using TrainDsl.Batching;
using TrainDsl.Data;
using TrainDsl.Monitoring;
using TrainDsl.Optimizers;
using TrainDsl.Parameters;
using static TorchSharp.torch;

namespace TrainDsl.Devices;

/// <summary>
/// One of the replicas that train together: a model on a device, with its gradients and the part of the parameters that it updates. A replica is used by one
/// thread, and all make the same calls in the same order.
/// </summary>
/// <typeparam name="TModel">The model's type.</typeparam>
public sealed class Replica<TModel> : IDisposable
    where TModel : nn.Module
{
    private readonly ReplicaBuffers? _buffers;
    private readonly FlatExchange[] _gradients = [];
    private readonly FlatExchange[] _values = [];

    internal Replica(
        int index, bool isFirst, TModel model, FlatParameters parameters, IOptimizer optimizer, BufferRule bufferRule)
    {
        Index = index;
        IsFirst = isFirst;
        Model = model;
        Parameters = parameters;
        Optimizer = optimizer;
        if (parameters.Members is { } members)
        {
            _gradients = [.. parameters.Buffers.Select(buffer => new FlatExchange(buffer.Gradients, members))];
            _values = [.. parameters.Buffers.Select(buffer => new FlatExchange(buffer.Values, members, onlyCopies: true))];
            _buffers = new ReplicaBuffers(model, bufferRule, members);
        }
    }

    /// <summary>The replica among those of this process, from 0.</summary>
    public int Index { get; }

    /// <summary>Whether this is the first of all replicas, in every process: the one that monitors and hooks hear of.</summary>
    public bool IsFirst { get; }

    /// <summary>The replica's device.</summary>
    public Device Device => Parameters.Buffers[0].Values.device;

    /// <summary>The replica's model.</summary>
    public TModel Model { get; }

    /// <summary>The model's parameters and gradients, flat.</summary>
    public FlatParameters Parameters { get; }

    /// <summary>The optimizer of the part of the parameters that this replica updates.</summary>
    public IOptimizer Optimizer { get; }

    /// <summary>The figures of the run.</summary>
    public RunMeter Meter { get; internal set; } = null!;

    /// <summary>The plan of its micro-batches.</summary>
    public BatchPlan Plan => Meter.Info.Plan;

    /// <summary>Where this replica gets its micro-batches.</summary>
    public BatchLane Lane { get; internal set; } = null!;

    /// <summary>Whether any replica was told to stop. All get the same answer, so that none is left waiting for another.</summary>
    /// <param name="cancellationToken">What tells this replica.</param>
    public bool AgreesToStop(CancellationToken cancellationToken) => Parameters.Members is { } members
        ? members.AllReduce(cancellationToken.IsCancellationRequested ? 1.0 : 0.0) > 0.0
        : cancellationToken.IsCancellationRequested;

    /// <summary>Sums the gradients over all replicas, in their order; each has the sums of the part that it updates.</summary>
    public void ReduceGradients()
    {
        foreach (FlatExchange gradients in _gradients)
        {
            gradients.ReduceScatter();
        }
    }

    /// <summary>Brings the parameters that each replica has updated to all others, and their models' buffers into line.</summary>
    public void GatherParameters()
    {
        foreach (FlatExchange values in _values)
        {
            values.AllGather();
        }

        _buffers?.Synchronize();
    }

    /// <summary>Releases gradients and optimizer state; the model keeps its parameters.</summary>
    public void Dispose()
    {
        Meter?.Dispose();
        _buffers?.Dispose();
        foreach (FlatExchange exchange in _gradients.Concat(_values))
        {
            exchange.Dispose();
        }

        Optimizer.Dispose();
        Parameters.Dispose();
    }

    /// <summary>Measures the gradient's norm from here on, whether it is clipped or not.</summary>
    internal void MeasureGradientNorm() => Meter.AskedNorm = Parameters.Norm ??= new GradientNorm(Parameters);

    /// <summary>Takes over parameters and buffers of the first replica, where those of other processes may differ.</summary>
    internal void BroadcastFirst()
    {
        foreach (FlatExchange values in _values)
        {
            values.BroadcastFirst();
        }

        _buffers?.BroadcastFirst();
        FrozenParameters.BroadcastFirst(Model, Parameters.Members!);
    }
}
