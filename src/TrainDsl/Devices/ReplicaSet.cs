using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TrainDsl.Batching;
using TrainDsl.Data;
using TrainDsl.Devices.Mpi;
using TrainDsl.Monitoring;
using TrainDsl.Optimizers;
using TrainDsl.Parameters;
using static TorchSharp.torch;

namespace TrainDsl.Devices;

/// <summary>
/// The replicas of this process, one a device, each on a thread of its own; the first on the calling thread. On the CPU they compute with one copy of the
/// parameters. With several nodes, this process's replicas are some of the group of all, over MPI.
/// </summary>
/// <typeparam name="TModel">The model's type.</typeparam>
public sealed class ReplicaSet<TModel> : IDisposable
    where TModel : nn.Module
{
    private readonly Replica<TModel>[] _replicas;
    private readonly List<TModel> _copies = [];
    private readonly InProcessGroup? _group;
    private readonly MpiSession? _session;
    private readonly int _intraOpThreads;
    private bool _isStarted;

    /// <summary>Makes the replicas, and seeds libtorch's random numbers for the run.</summary>
    /// <param name="model">The model that is trained, which the first replica of this process computes with. It stays the caller's.</param>
    /// <param name="newModel">Makes the models of the other replicas, which take over its weights.</param>
    /// <param name="newOptimizer">Makes the optimizer of a replica's part of the parameters.</param>
    /// <param name="plan">The run's plan.</param>
    /// <param name="decayOnly">Which parameters weight decay applies to.</param>
    /// <param name="bufferRule">How the buffers of the replicas' models are brought into line after each step.</param>
    /// <param name="seed">The seed; each node adds its rank to it.</param>
    /// <param name="options">The run's options.</param>
    /// <exception cref="ArgumentException">The model's parameters cannot be trained, or the device asked for is not there.</exception>
    /// <exception cref="InvalidOperationException">
    /// The new models are not like the one that is trained, there are too few devices, or the nodes were not started by MPI's launcher.
    /// </exception>
    /// <exception cref="DllNotFoundException">The plan has several nodes, and no MPI library is installed.</exception>
    public ReplicaSet(
        TModel model,
        Func<TModel> newModel,
        Func<FlatParameters, IOptimizer> newOptimizer,
        BatchPlan plan,
        DecayOnly decayOnly,
        BufferRule bufferRule,
        long seed,
        TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(newModel);
        ArgumentNullException.ThrowIfNull(newOptimizer);
        ArgumentNullException.ThrowIfNull(options);
        _session = plan.Nodes > 1 ? MpiSession.Open(checked((int)plan.Nodes)) : null;
        Devices = DeviceSelection.Of(options, plan, _session);
        int node = _session?.Rank ?? 0;
        FirstReplica = node * plan.Devices;
        _intraOpThreads = Math.Max(1, get_num_threads() / (_session?.LocalSize ?? 1));
        _group = plan.Replicas > 1 ? new InProcessGroup(Devices.Count) : null;
        ICollective?[] members = _group is null ? [null]
            : _session is null ? [.. Enumerable.Range(0, Devices.Count).Select(rank => _group[rank])]
            : HierarchicalCollective.Create(_group, _session.Collective);

        _replicas = new Replica<TModel>[Devices.Count];
        try
        {
            for (int index = 0; index < _replicas.Length; index++)
            {
                TModel own = index == 0 ? model : NewCopy(model, newModel);
                own.to(Devices[index]);
                own.train();
                bool sharesValues = index > 0 && Devices[index].type == DeviceType.CPU;
                var parameters = new FlatParameters(own, decayOnly, members[index], sharesValues ? _replicas[0].Parameters : null);
                _replicas[index] = new Replica<TModel>(index, FirstReplica + index == 0, own, parameters, newOptimizer(parameters), bufferRule);
            }
        }
        catch
        {
            Dispose();
            throw;
        }

        manual_seed(seed + node);
    }

    /// <summary>The device of each replica of this process, in the order of the replicas.</summary>
    public IReadOnlyList<Device> Devices { get; }

    /// <summary>The first replica of this process among all replicas.</summary>
    public long FirstReplica { get; }

    /// <summary>The number of trainable parameters (elements, padding left out).</summary>
    public long ParameterCount => _replicas[0].Parameters.Count;

    /// <summary>The devices, for display: <c>cpu</c>, <c>cpu x 2</c>, <c>cuda:0, cuda:1</c>.</summary>
    public string DeviceNames => string.Join(", ", Devices.Select(static device => device.ToString()).CountBy(static name => name)
        .Select(static device => device.Value == 1 ? device.Key : $"{device.Key} x {device.Value}"));

    /// <summary>Trains: each replica on a thread of its own, the first on the calling one.</summary>
    /// <param name="pipeline">Where the replicas get their micro-batches.</param>
    /// <param name="run">What the run is about.</param>
    /// <param name="monitors">Who is told; they hear of the first replica of all.</param>
    /// <param name="train">A replica's loop.</param>
    /// <returns>How the run ended.</returns>
    /// <remarks>
    /// The first exception that a replica throws ends the others, and is thrown again as it was once all have ended. With several nodes it is printed, and
    /// ends the processes of all nodes.
    /// </remarks>
    public TrainingResult Run(BatchPipeline pipeline, RunInfo run, IReadOnlyList<ITrainingMonitor> monitors, Func<Replica<TModel>, TrainingResult> train)
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        ArgumentNullException.ThrowIfNull(train);
        foreach (Replica<TModel> replica in _replicas)
        {
            replica.Lane = pipeline.Lanes[replica.Index];
            replica.Meter = new RunMeter(run, replica.IsFirst ? monitors : [], replica.Lane, replica.Parameters.Members);
        }

        if (_group is null)
        {
            return train(_replicas[0]);
        }

        TrainingResult? result = null;
        void RunReplica(InProcessCollective member)
        {
            Replica<TModel> replica = _replicas[member.Rank];
            using var threads = IntraOpThreads.Take(_intraOpThreads, _replicas.Length);
            try
            {
                if (_session is not null && !_isStarted)
                {
                    replica.BroadcastFirst();
                }

                TrainingResult own = train(replica);
                result = member.Rank == 0 ? own : result;
            }
            catch (Exception failure)
            {
                // In this order: what the others throw because their data ends is a consequence.
                _group.Abort(member.Rank, failure);
                pipeline.Abort(failure);
                throw;
            }
        }

        if (_session is null)
        {
            ReplicaGroup.Run(_group, RunReplica);
        }
        else
        {
            _session.Run(_ => ReplicaGroup.Run(_group, RunReplica));
        }

        _isStarted = true;
        return result!;
    }

    /// <summary>Releases what the replicas needed; the model that was trained keeps its parameters.</summary>
    public void Dispose()
    {
        foreach (Replica<TModel>? replica in _replicas)
        {
            replica?.Dispose();
        }

        foreach (TModel copy in _copies)
        {
            copy.Dispose();
        }
    }

    private TModel NewCopy(TModel model, Func<TModel> newModel)
    {
        TModel copy = newModel();
        _copies.Add(copy);
        ReplicaModels.Copy(model, copy);
        return copy;
    }
}
