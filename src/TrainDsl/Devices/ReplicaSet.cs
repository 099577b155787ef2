using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Linq;
using System.Threading;
using TorchSharp;
using TrainDsl.Batching;
using TrainDsl.Checkpoints;
using TrainDsl.Data;
using TrainDsl.Devices.Mpi;
using TrainDsl.Evaluation;
using TrainDsl.Faults;
using TrainDsl.Monitoring;
using TrainDsl.Native;
using TrainDsl.Optimizers;
using TrainDsl.Parameters;
using TrainDsl.Stepping;
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
    private readonly List<NormsOfOneValue> _norms = [];
    private readonly InProcessGroup? _group;
    private readonly MpiSession? _session;
    private readonly int _intraOpThreads;
    private readonly bool _fitsMemory;
    private readonly bool _validates;
    private readonly Notices _notices;
    private readonly long _seed;
    private readonly ModelInUse _inUse;
    private readonly TimeSpan _readTimeout;
    private readonly bool _measuresNorm;
    private StepStart[] _stepStarts = [];
    private Rehearsal? _rehearsal;
    private bool _isStarted;

    /// <summary>Makes the replicas.</summary>
    /// <param name="model">The model that is trained, which the first replica of this process computes with. It stays the caller's.</param>
    /// <param name="newModel">Makes the models of the other replicas, which take over its weights.</param>
    /// <param name="newOptimizer">Makes the optimizer of a replica's part of the parameters.</param>
    /// <param name="plan">The run's plan.</param>
    /// <param name="decayOnly">Which parameters weight decay applies to.</param>
    /// <param name="bufferRule">How the buffers of the replicas' models are brought into line after each step.</param>
    /// <param name="seed">What a run seeds libtorch's random numbers with; each node adds its rank to it.</param>
    /// <param name="autoMicroBatch">Whether a step that runs out of memory is repeated with half the micro-batch, unless the options say otherwise.</param>
    /// <param name="options">The run's options.</param>
    /// <exception cref="ArgumentException">The model's parameters cannot be trained, or the device asked for is not there.</exception>
    /// <exception cref="InvalidOperationException">
    /// Another run has the model, the new models are not like it, there are too few devices, or the nodes were not started by MPI's launcher.
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
        bool autoMicroBatch,
        TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(newModel);
        ArgumentNullException.ThrowIfNull(newOptimizer);
        ArgumentNullException.ThrowIfNull(options);
        _session = plan.Nodes > 1 ? MpiSession.Open(checked((int)plan.Nodes)) : null;
        Devices = DeviceSelection.Of(options, plan, _session);
        _readTimeout = options.ReadTimeout;
        _fitsMemory = (options.AutoMicroBatch ?? autoMicroBatch) && plan.Nodes == 1;
        _validates = options.Validation is not null;
        _notices = options.Notices;
        int node = _session?.Rank ?? 0;
        FirstReplica = node * plan.Devices;
        _intraOpThreads = Math.Max(1, get_num_threads() / (_session?.LocalSize ?? 1));
        _group = plan.Replicas > 1 ? new InProcessGroup(Devices.Count) : null;
        ICollective?[] members = _group is null ? [null]
            : _session is null ? [.. Enumerable.Range(0, Devices.Count).Select(rank => _group[rank])]
            : HierarchicalCollective.Create(_group, _session.Collective);

        _replicas = new Replica<TModel>[Devices.Count];
        _inUse = ModelInUse.Take(model);
        try
        {
            DisposedModel.Refuse(model);
            UnregisteredParts.Refuse(model);
            for (int index = 0; index < _replicas.Length; index++)
            {
                TModel own = index == 0 ? model : NewCopy(model, newModel);
                own.to(Devices[index]);
                TrainingMode.Enter(own);
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

        _seed = seed + node;
        _measuresNorm = options.MeasureGradientNorm || options.Monitors.Any(static monitor => monitor.ReadsGradientNorm);
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

    /// <summary>Tries, before the first step, what a run will come to later; it leaves no trace in the model or in random numbers.</summary>
    /// <param name="run">What the run is about.</param>
    /// <param name="sequence">Which samples each micro-batch holds.</param>
    /// <param name="dataset">The dataset that is trained on.</param>
    /// <param name="validation">The dataset that is validated on, or null.</param>
    /// <param name="evaluate">Evaluates the model over a dataset, in batches of at most some number of samples.</param>
    /// <exception cref="ArgumentException">The loss or a metric is not a tensor of one element.</exception>
    /// <exception cref="DatasetException">The validation dataset is empty, or failed to read a sample.</exception>
    /// <exception cref="MicroBatchException">libtorch refused something in the loss, the forward pass or a metric.</exception>
    /// <exception cref="InvalidOperationException">A batch norm would see one value.</exception>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public void Rehearse(
        RunInfo run, BatchSequence sequence, IColumnDataset dataset, IColumnDataset? validation, Func<IColumnDataset, long, EvaluationResult> evaluate)
    {
        _rehearsal = new Rehearsal(_replicas[0].Model, run, sequence, dataset, validation, evaluate);
        _rehearsal.Run();
    }

    /// <summary>Trains: each replica on a thread of its own, the first on the calling one.</summary>
    /// <param name="run">What the run is about.</param>
    /// <param name="monitors">Who is told; they hear of the first replica of all.</param>
    /// <param name="newPipeline">Makes what the replicas get their micro-batches from, for a plan, from a step on.</param>
    /// <param name="train">A replica's loop, from the step that its figures stand at.</param>
    /// <param name="stop">Ends the run after the step it is in.</param>
    /// <returns>How the run ended.</returns>
    /// <remarks>
    /// The first exception that a replica throws ends the others, and is thrown again as it was once all have ended. With several nodes it is printed, and
    /// ends the processes of all nodes. Where the micro-batch is automatic, running out of memory, for samples that are read too, repeats the step with the
    /// plan that <see cref="BatchFitting.Halve"/> gives.
    /// </remarks>
    /// <exception cref="InsufficientMemoryException">Memory runs out alike with every micro-batch.</exception>
    public TrainingResult Run(
        RunInfo run,
        IReadOnlyList<ITrainingMonitor> monitors,
        Func<BatchPlan, long, BatchPipeline> newPipeline,
        Func<Replica<TModel>, TrainingResult> train,
        CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(newPipeline);
        ArgumentNullException.ThrowIfNull(train);
        RandomState.Seed(_seed);
        BatchPlan plan = run.Plan;
        var shortage = new MemoryShortage();
        var end = new RunEnd(_readTimeout, _notices.Warn, stop);
        while (true)
        {
            BatchPipeline? pipeline = null;
            try
            {
                pipeline = newPipeline(plan, _isStarted ? _replicas[0].Meter.Step : run.FirstStep);
                end.Bound(pipeline);
                pipeline.AwaitFirst();
                foreach (Replica<TModel> replica in _replicas)
                {
                    Prepare(replica, pipeline.Lanes[replica.Index], run with { Plan = plan }, monitors);
                }

                TrainingResult result = RunReplicas(pipeline, replica => TrainWithin(end, replica, train));
                _isStarted = true;
                return result;
            }
            catch (Exception failure) when (IsShortOfMemory(failure, isReading: pipeline is null) && BatchFitting.Halve(plan) is not null)
            {
                plan = Smaller(plan, failure, shortage, isReading: pipeline is null);
            }
            catch
            {
                SaveAfterFailure();
                throw;
            }
            finally
            {
                pipeline?.Dispose();
            }

            if (pipeline is not null)
            {
                RepeatStep();
            }

            ReleaseFreeMemory();
        }
    }

    /// <summary>What one replica needs in memory, with the activations of one micro-batch measured where the system counts them. Nothing is trained.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="pipeline">Where the micro-batch comes from.</param>
    /// <param name="pass">The forward and backward pass of a micro-batch.</param>
    /// <param name="writesCheckpoints">Whether the run writes checkpoints, for which it keeps a copy of weights and optimizer state while they are written.</param>
    /// <param name="keepsBuffers">Whether the run keeps the model's buffers as they were before each step, to bring them back.</param>
    public MemoryReport MeasureMemory(
        BatchPlan plan, BatchPipeline pipeline, Action<Replica<TModel>, BatchTensors> pass, bool writesCheckpoints = false, bool keepsBuffers = false)
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        ArgumentNullException.ThrowIfNull(pass);
        pipeline.AwaitFirst();
        Replica<TModel> replica = _replicas[0];
        using var buffers = new BufferCopies(replica.Model);
        buffers.Keep();
        byte[] random = RandomState.Capture();
        BatchTensors tensors = pipeline.Lanes[0].NextMicroBatch();

        // The first pass makes what stays, such as the thread pools of kernels.
        pass(replica, tensors);
        long? activations = ActivationPeak.Measure(() => pass(replica, tensors));
        buffers.BringBack();
        RandomState.Restore(random);
        MemoryReport report = MemoryReport.Of(plan, replica.Model, replica.Parameters, replica.Optimizer, pipeline, activations);

        // Of several replicas, each keeps a part of the optimizer's state.
        long whole = report.OptimizerState;
        return report with
        {
            OptimizerState = (whole + plan.Replicas - 1) / plan.Replicas,
            EvaluationStaging = _validates ? report.Staging : 0,
            BufferCopies = keepsBuffers || _fitsMemory ? buffers.ByteLength : 0,
            Checkpoint = writesCheckpoints ? RunTensors.HostBytes(report.Weights, whole, plan.Replicas > 1, replica.Device) : 0,
        };
    }

    /// <summary>Releases what the replicas needed; the model that was trained keeps its parameters.</summary>
    public void Dispose()
    {
        foreach (Replica<TModel>? replica in _replicas)
        {
            replica?.Dispose();
        }

        foreach (StepStart start in _stepStarts)
        {
            start.Dispose();
        }

        foreach (NormsOfOneValue norms in _norms)
        {
            norms.Dispose();
        }

        foreach (TModel copy in _copies)
        {
            copy.Dispose();
        }

        _inUse.Dispose();
    }

    private static TrainingResult TrainWithin(RunEnd end, Replica<TModel> replica, Func<Replica<TModel>, TrainingResult> train)
    {
        RunEnd? outer = RunEnd.Enter(end);
        try
        {
            return train(replica);
        }
        finally
        {
            RunEnd.Enter(outer);
        }
    }

    // Elsewhere than in a step, in an evaluation or a hook, a smaller micro-batch does not repeat what failed.
    private bool IsShortOfMemory(Exception failure, bool isReading) =>
        _fitsMemory && OutOfMemory.Is(failure) && (isReading || Array.Exists(_replicas, static replica => replica.Meter is { IsWithinStep: true }));

    private BatchPlan Smaller(BatchPlan plan, Exception failure, MemoryShortage shortage, bool isReading)
    {
        long step = _replicas[0].Meter?.Step ?? 0;
        shortage.Add(step, failure);
        if (shortage.Fixed is { } allocation)
        {
            SaveAfterFailure();
            throw new InsufficientMemoryException(
                $"Out of memory in step {step + 1} with micro-batch {plan.MicroBatch}, as with twice and four times as many: an allocation of {allocation}, which does not "
                + "depend on the micro-batch, fails each time. Free memory for it, or make the model smaller.",
                failure);
        }

        BatchPlan smaller = BatchFitting.Halve(plan)!.Value;
        string what = isReading ? $"too little memory to read micro-batches of {plan.MicroBatch}; the run goes on"
            : $"out of memory in step {step + 1} with micro-batch {plan.MicroBatch}; the step is repeated";
        _notices.Warn($"{what} with {smaller}. To begin with that plan, declare:\n{smaller.ToAttributes()}");
        _rehearsal?.CheckNorms(smaller);
        return smaller;
    }

    // Before the pipeline is disposed, which may have to wait for a dataset.
    private void SaveAfterFailure()
    {
        foreach (Replica<TModel> replica in _replicas)
        {
            replica.Meter?.Failing?.Invoke();
        }
    }

    private void Prepare(Replica<TModel> replica, BatchLane lane, RunInfo run, IReadOnlyList<ITrainingMonitor> monitors)
    {
        replica.Lane = lane;
        if (_isStarted)
        {
            replica.Meter.GoOnWith(run.Plan, lane);
            return;
        }

        replica.Meter = new RunMeter(run, replica.IsFirst ? monitors : [], lane, replica.Parameters.Members)
        {
            Notices = replica.IsFirst ? _notices : Notices.None,
        };
        var buffers = new BuffersNotNumbers(replica.Model, replica.Meter.Notices);
        replica.Meter.EpochEnding = () =>
        {
            replica.Parameters.CheckModel();
            buffers.Check(replica.Meter.Step);
            if (replica.Index == 0 && Devices[0].type == DeviceType.CUDA)
            {
                RandomState.SeedDevices(_seed, replica.Meter.Step);
            }
        };
        _norms.Add(new NormsOfOneValue(replica.Model));

        if (_measuresNorm)
        {
            replica.MeasureGradientNorm();
        }

        if (_fitsMemory)
        {
            var start = new StepStart(replica.Model, keepsRandomState: replica.Index == 0);
            _stepStarts = [.. _stepStarts, start];
            replica.Meter.StepStarting = start.Keep;
        }
    }

    private TrainingResult RunReplicas(BatchPipeline pipeline, Func<Replica<TModel>, TrainingResult> train)
    {
        if (_group is null)
        {
            return Train(_replicas[0], train);
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

                    // Each process has options of its own; all measure if one asks.
                    if (replica.Parameters.Members!.AllReduce(_measuresNorm ? 1.0 : 0.0) > 0.0)
                    {
                        replica.MeasureGradientNorm();
                    }
                }

                if (!_isStarted)
                {
                    StateChecksum.Compare(replica.Model, replica.Parameters.Members!);
                }

                TrainingResult own = Train(replica, train);
                if (member.Rank == 0)
                {
                    result = own;
                }
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

        return result!;
    }

    private static TrainingResult Train(Replica<TModel> replica, Func<Replica<TModel>, TrainingResult> train)
    {
        Exception? explained = null;
        try
        {
            return train(replica);
        }
        catch (Exception failure) when ((explained = MicroBatchFailure.Explain(failure, replica.Meter)) is not null)
        {
            throw explained;
        }
    }

    private void RepeatStep()
    {
        _isStarted = true;
        _group?.Renew();
        for (int index = 0; index < _replicas.Length; index++)
        {
            _stepStarts[index].BringBack(_replicas[index].Meter);
        }
    }

    private static void ReleaseFreeMemory()
    {
        // What the failed pass left behind without disposing it counts against the smaller micro-batch otherwise.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        HeapTrim.Trim();
    }

    private TModel NewCopy(TModel model, Func<TModel> newModel)
    {
        TModel copy = newModel();
        _copies.Add(copy);
        ReplicaModels.Copy(model, copy);
        return copy;
    }
}
