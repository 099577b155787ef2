using System;
using System.Buffers;
using System.IO;
using System.Linq;
using System.Threading;
using TorchSharp;
using TrainDsl.Devices;
using TrainDsl.Faults;
using TrainDsl.Monitoring;
using TrainDsl.Optimizers;
using TrainDsl.Parameters;
using TrainDsl.Runtime;

namespace TrainDsl.Checkpoints;

/// <summary>
/// The checkpoints of one run: takes the folder for itself, brings back the state that the run goes on from, writes on schedule, when the run ends,
/// is interrupted or fails. A disk that refuses stops nothing: the monitors are told, and the next attempt is made on schedule.
/// </summary>
/// <remarks>Its methods are called by the training thread.</remarks>
public sealed class RunCheckpoints : IDisposable
{
    // A new best is worth a short wait for the write before it; a disk that hangs is not to hold up training.
    private static readonly TimeSpan WaitForBest = TimeSpan.FromSeconds(10);

    private readonly RunDefinition _definition;
    private readonly CheckpointSchedule _schedule;
    private readonly RunControl _control;
    private readonly bool _hasValidation;
    private readonly string? _namedFolder;
    private readonly Notices _notices;
    private readonly CheckpointStore _store;
    private readonly ReplicaState?[] _replicas;
    private readonly ArrayBufferWriter<byte> _json = new();
    private readonly BestTracker? _best;
    private readonly ResumePoint? _resumed;
    private readonly EpochHistory _history = new();
    private readonly LeftOutCheckpoints _leftOut;
    private readonly int _threads = torch.get_num_threads();
    private readonly bool _writes;
    private CheckpointFolderLock? _lock;
    private CheckpointWriter? _writer;
    private RunTensors? _tensors;
    private NonFiniteGuard? _guard;
    private RunMeter? _meter;
    private CheckpointInfo? _latest;
    private (SafetensorsReader? Model, SafetensorsReader? Optimizer) _opened;
    private long _lastBegun = -1;
    private long? _exactStep;
    private Exception? _failure;
    private bool _isEnding;
    private bool _goesOnHere;
    private bool _onDevice;
    private bool _epochIsDue;
    private bool _bestIsDue;
    private bool _prepared;
    private bool _hasBegun;

    /// <summary>Takes the folder, and finds the checkpoint to resume from.</summary>
    /// <param name="definition">The run.</param>
    /// <param name="schedule">When to write and what to keep.</param>
    /// <param name="options">The run's options.</param>
    /// <param name="writes">Whether this process writes; of several nodes, the first one does.</param>
    /// <param name="cancellationToken">Ends the run after the step it is in.</param>
    /// <exception cref="CheckpointFolderLockedException">Another run holds the folder.</exception>
    /// <exception cref="ResumeException">There is no such checkpoint, or the run would not go on as it began.</exception>
    /// <exception cref="CheckpointIOException">The checkpoint to resume from cannot be looked for.</exception>
    public RunCheckpoints(
        RunDefinition definition, CheckpointSchedule schedule, TrainingOptions options, bool writes, CancellationToken cancellationToken = default)
        : this(definition, schedule, options, operations: null, writes, clock: null, cancellationToken)
    {
    }

    /// <param name="definition">The run.</param>
    /// <param name="schedule">When to write and what to keep.</param>
    /// <param name="options">The run's options.</param>
    /// <param name="operations">The file system; null for the real one.</param>
    /// <param name="writes">Whether this process writes; of several nodes, the first one does.</param>
    /// <param name="clock">Tells how long a write takes; null for the system's.</param>
    /// <param name="cancellationToken">Ends the run after the step it is in.</param>
    internal RunCheckpoints(
        RunDefinition definition,
        CheckpointSchedule schedule,
        TrainingOptions options,
        IFileOperations? operations,
        bool writes = true,
        TimeProvider? clock = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(definition);
        ArgumentNullException.ThrowIfNull(schedule);
        ArgumentNullException.ThrowIfNull(options);
        _definition = definition;
        _schedule = schedule;
        _leftOut = new LeftOutCheckpoints(clock ?? TimeProvider.System);
        _hasValidation = options.Validation is not null;
        _namedFolder = options.CheckpointFolder;

        // Every node looks for the checkpoint and is interrupted; the first one alone says so.
        _notices = writes ? options.Notices : Notices.None;
        _writes = writes;
        _replicas = new ReplicaState?[definition.Plan.Devices];
        _store = new CheckpointStore(options.CheckpointFolder ?? Path.Combine("checkpoints", definition.FolderName), operations, RunTensors.Files);
        try
        {
            _ = TryLock();
            _resumed = ResumePoint.Find(options.Resume, _store, definition, Warn);
            _goesOnHere = _resumed is not null && _store.Contains(_resumed.Checkpoint.Folder);
            _best = schedule.KeepBest is { } best ? new BestTracker(best, schedule.LowerIsBetter, BestResumed()) : null;
        }
        catch
        {
            _lock?.Dispose();
            throw;
        }

        _control = new RunControl(_notices, writesCheckpoints: true, cancellationToken);
        if (_goesOnHere)
        {
            _lastBegun = _resumed!.Progress.Step;
            _latest = _resumed.Checkpoint;
            _exactStep = _resumed.Progress.WithinStep ? _resumed.Progress.ExactStep : _resumed.Progress.Step;
        }
        else
        {
            TellOfFormerFolder(options);
        }

        if (_best is not null && !_hasValidation && schedule.KeepBest != "loss")
        {
            Warn($"no best checkpoint will be kept: '{schedule.KeepBest}' is measured on a validation dataset, and the run was given none.");
        }
    }

    /// <summary>The step that the run begins at: above 0 where it is resumed.</summary>
    public long FirstStep => _resumed?.Progress.Step ?? 0;

    /// <summary>The folder of the run's checkpoints.</summary>
    public string Folder => _store.Folder;

    /// <summary>Whether the run is to end after the step it is in: it was cancelled, or interrupted by Ctrl-C or SIGTERM.</summary>
    public bool IsStopRequested => _control.StopToken.IsCancellationRequested;

    /// <summary>Tells what <see cref="IsStopRequested"/> says.</summary>
    public CancellationToken StopToken => _control.StopToken;

    /// <summary>Refuses to resume a run of a definition that writes no checkpoints.</summary>
    /// <param name="options">The run's options.</param>
    /// <param name="definition">The training definition's name.</param>
    /// <exception cref="InvalidOperationException">The options ask to resume.</exception>
    public static void RefuseResume(TrainingOptions options, string definition)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!ReferenceEquals(options.Resume, Resume.None))
        {
            throw new InvalidOperationException($"{definition} declares no [Checkpoint], and so cannot resume. Add [Checkpoint], or use Resume.None.");
        }
    }

    /// <summary>Says where the state of a run with one replica lies, and brings back the state that it goes on from.</summary>
    /// <param name="model">The model, on its device, its trainable parameters already in <paramref name="parameters"/>.</param>
    /// <param name="parameters">The trainable parameters.</param>
    /// <param name="optimizer">The optimizer.</param>
    /// <exception cref="ResumeException">Names, shapes or element types differ; nothing has been changed.</exception>
    public void Attach(torch.nn.Module model, FlatParameters parameters, IOptimizer optimizer)
    {
        ReplicaState state = _replicas[0] = new ReplicaState(model, parameters, optimizer);
        Prepare(sharded: false);
        if (_resumed is not null)
        {
            (SafetensorsReader weights, SafetensorsReader moments) = _resumed.Open(_tensors!);
            TellOfResume();
            state.Restore(weights, moments, _resumed.Progress.Updates);
            _resumed.Dispose();
        }
    }

    /// <summary>
    /// <see cref="Attach(torch.nn.Module, FlatParameters, IOptimizer)"/> for one of several replicas. Every replica calls it on its own thread.
    /// </summary>
    /// <param name="group">The replica's end of the group of all replicas.</param>
    /// <param name="replica">The replica within this process, from 0.</param>
    /// <param name="model">The replica's model.</param>
    /// <param name="parameters">Its trainable parameters, with groups that cover its own shard.</param>
    /// <param name="optimizer">Its optimizer, which updates its own shard.</param>
    internal void Attach(ICollective group, int replica, torch.nn.Module model, FlatParameters parameters, IOptimizer optimizer)
    {
        _replicas[replica] = new ReplicaState(model, parameters, optimizer);
        group.Barrier();
        if (replica == 0)
        {
            Prepare(sharded: true);
        }

        // Every node looks for the checkpoint itself: they must have found the same one.
        double steps = group.AllReduce((double)FirstStep);
        if (steps != (double)FirstStep * group.Size)
        {
            throw new ResumeException(
                Folder, $"this node found step {FirstStep} in it and others did not. Every node must see the same checkpoint folder.");
        }

        if (_resumed is null)
        {
            return;
        }

        if (replica == 0)
        {
            _opened = _resumed.Open(_tensors!);
            TellOfResume();
        }

        group.Barrier();
        _replicas[replica]!.Restore(_opened.Model!, _opened.Optimizer!, _resumed.Progress.Updates);
        group.Barrier();
        if (replica == 0)
        {
            _resumed.Dispose();
        }
    }

    /// <summary>The loop is about to begin: figures and random numbers go on as they were.</summary>
    /// <param name="meter">The run's figures, which go on where the checkpoint's were.</param>
    /// <param name="guard">What counts skipped steps; null where nothing is checked.</param>
    public void Begin(RunMeter meter, NonFiniteGuard? guard = null)
    {
        ArgumentNullException.ThrowIfNull(meter);
        _guard = guard;
        _meter = meter;
        _hasBegun = true;
        meter.Failing = SaveAfterFailure;
        RestoreFigures(meter, guard);
        if (_resumed is not null)
        {
            RandomState.Restore(_resumed.Progress.CpuRandom);
        }

        SeedDevice(FirstStep);
    }

    /// <summary><see cref="Attach(torch.nn.Module, FlatParameters, IOptimizer)"/> for one of any number of replicas, on its own thread.</summary>
    /// <param name="replica">The replica.</param>
    public void Attach<TModel>(Replica<TModel> replica)
        where TModel : torch.nn.Module
    {
        ArgumentNullException.ThrowIfNull(replica);
        if (_replicas[replica.Index] is not null)
        {
            // The run goes on with another plan: its state is where it was.
            return;
        }

        if (replica.Parameters.Members is { } group)
        {
            Attach(group, replica.Index, replica.Model, replica.Parameters, replica.Optimizer);
        }
        else
        {
            Attach(replica.Model, replica.Parameters, replica.Optimizer);
        }
    }

    /// <summary><see cref="Begin(RunMeter, NonFiniteGuard?)"/> for one of any number of replicas, on its own thread.</summary>
    /// <param name="replica">The replica.</param>
    /// <param name="guard">What counts skipped steps; null where nothing is checked.</param>
    public void Begin<TModel>(Replica<TModel> replica, NonFiniteGuard? guard = null)
        where TModel : torch.nn.Module
    {
        ArgumentNullException.ThrowIfNull(replica);
        if (_hasBegun)
        {
            // The run goes on with another plan; every replica has skipped the same steps.
            guard?.Restore(_guard?.Skipped ?? 0);
            replica.Parameters.Members?.Barrier();
            _guard = replica.Index == 0 ? guard : _guard;
            return;
        }

        // All have seen that the run begins before one of them begins it.
        replica.Parameters.Members?.Barrier();
        if (replica.Index == 0)
        {
            Begin(replica.Meter, guard);
        }
        else
        {
            RestoreFigures(replica.Meter, guard);
        }

        // No replica draws random numbers before the state of their generator is back.
        replica.Parameters.Members?.Barrier();
    }

    /// <summary><see cref="AfterStep(RunMeter)"/> for one of any number of replicas, each of which calls it after every step.</summary>
    /// <param name="replica">The replica.</param>
    public void AfterStep<TModel>(Replica<TModel> replica)
        where TModel : torch.nn.Module
    {
        ArgumentNullException.ThrowIfNull(replica);
        SettleEpoch(replica.Meter);
        if (replica.Parameters.Members is { } group)
        {
            AfterStep(group, replica.Index, replica.Meter.Step, replica.IsFirst ? replica.Meter : null);
        }
        else
        {
            AfterStep(replica.Meter);
        }
    }

    /// <summary><see cref="Finish(RunMeter)"/> for one of any number of replicas, each of which calls it.</summary>
    /// <param name="replica">The replica.</param>
    public void Finish<TModel>(Replica<TModel> replica)
        where TModel : torch.nn.Module
    {
        ArgumentNullException.ThrowIfNull(replica);
        if (replica.Parameters.Members is { } group)
        {
            Finish(group, replica.Index, replica.IsFirst ? replica.Meter : null);
        }
        else
        {
            Finish(replica.Meter);
        }
    }

    /// <summary>An epoch has ended. To be called before <see cref="AfterStep(RunMeter)"/> of its last step.</summary>
    /// <param name="epoch">The epoch's report.</param>
    public void AfterEpoch(EpochReport epoch)
    {
        ArgumentNullException.ThrowIfNull(epoch);
        _epochIsDue = !epoch.IsPartial && IsDueAfterEpoch(epoch.Epoch);
        _bestIsDue = _best?.Offer(epoch) == true;
    }

    /// <summary>An optimizer step has ended, and with it possibly an epoch: writes a checkpoint where one is due. Costs next to nothing where none
    /// is.</summary>
    /// <param name="meter">The run's figures.</param>
    public void AfterStep(RunMeter meter)
    {
        ArgumentNullException.ThrowIfNull(meter);
        SettleEpoch(meter);
        if (!_epochIsDue && !_bestIsDue && !IsDueAfterStep(meter.Step))
        {
            return;
        }

        Write(meter, _bestIsDue ? WaitForBest : TimeSpan.Zero);
        _epochIsDue = false;
        _bestIsDue = false;
    }

    /// <summary><see cref="AfterStep(RunMeter)"/> for one of several replicas. Every replica calls it after every step.</summary>
    /// <param name="group">The replica's end of the group of all replicas.</param>
    /// <param name="replica">The replica within this process, from 0.</param>
    /// <param name="step">The optimizer steps done.</param>
    /// <param name="meter">The run's figures, on the first replica of all, for which <see cref="AfterEpoch"/> was called; null on others.</param>
    internal void AfterStep(ICollective group, int replica, long step, RunMeter? meter)
    {
        (long epochs, long stepsOver) = Math.DivRem(step, _definition.StepsPerEpoch);
        bool endsEpoch = stepsOver == 0;
        bool reports = endsEpoch || step == _definition.TotalSteps;
        bool isBest = reports && _best is not null && group.AllReduce(meter is not null && _bestIsDue ? 1.0 : 0.0) > 0.0;
        if (isBest || IsDueAfterStep(step) || (endsEpoch && IsDueAfterEpoch(epochs)))
        {
            WriteTogether(group, replica, meter, isBest ? WaitForBest : TimeSpan.Zero);
        }

        if (meter is not null)
        {
            _epochIsDue = false;
            _bestIsDue = false;
        }
    }

    /// <summary>The loop has ended: writes the last state, waits until it is durable, and, where the run was stopped early, says how to go on.</summary>
    /// <param name="meter">The run's figures.</param>
    public void Finish(RunMeter meter)
    {
        ArgumentNullException.ThrowIfNull(meter);
        _isEnding = true;
        if (_lastBegun != meter.Step)
        {
            Write(meter, Timeout.InfiniteTimeSpan);
        }

        EndWriting(meter);
    }

    /// <summary><see cref="Finish(RunMeter)"/> for one of several replicas. Every replica calls it.</summary>
    /// <param name="group">The replica's end of the group of all replicas.</param>
    /// <param name="replica">The replica within this process, from 0.</param>
    /// <param name="meter">The run's figures, on the first replica of all; null on others.</param>
    internal void Finish(ICollective group, int replica, RunMeter? meter)
    {
        _isEnding = true;
        if (group.AllReduce(meter is not null && _lastBegun != meter.Step ? 1.0 : 0.0) > 0.0)
        {
            WriteTogether(group, replica, meter, Timeout.InfiniteTimeSpan);
        }

        if (meter is not null)
        {
            EndWriting(meter);
        }
    }

    /// <summary>Waits for the write that is going on, if any.</summary>
    internal void Drain() => _writer?.Drain();

    /// <summary>Waits for a write that is going on, releases the folder, and gives Ctrl-C its usual meaning back.</summary>
    public void Dispose()
    {
        SaveAfterFailure();
        _control.Dispose();
        _writer?.Dispose();
        _resumed?.Dispose();
        _tensors?.Dispose();
        _lock?.Dispose();
    }

    private void Prepare(bool sharded)
    {
        _tensors = new RunTensors([.. _replicas.Select(static state => state!)], sharded);
        _onDevice = _replicas[0]!.Parameters.Buffers[0].Values.device.type != DeviceType.CPU;
        _writer = new CheckpointWriter(_store, _schedule.Keep, Report);
    }

    private bool IsDueAfterStep(long step) => _schedule.EverySteps is { } every && step % every == 0;

    private bool IsDueAfterEpoch(long epochs) => _schedule.EveryEpochs is { } every && epochs % every == 0;

    private void WriteTogether(ICollective group, int replica, RunMeter? meter, TimeSpan wait)
    {
        _tensors!.Gathered!.Collect(_replicas[replica]!);
        if (_definition.Plan.Nodes > 1)
        {
            _tensors.Gathered.Exchange(group, Shard.DefaultAlignment);
        }

        group.Barrier();
        if (meter is not null)
        {
            Write(meter, wait);
        }

        // The others draw random numbers of the same generator in their next step.
        group.Barrier();
    }

    private bool Write(RunMeter meter, TimeSpan wait)
    {
        if (_guard?.Settle() is { } failure)
        {
            throw failure;
        }

        long step = meter.Step;
        if (!_writes)
        {
            return false;
        }

        if (!PrepareFolder())
        {
            _best?.Settle(step, isDurable: false);
            return false;
        }

        bool begun = false;
        try
        {
            _json.ResetWrittenCount();
            StateFile.Write(_json, _definition with { Plan = meter.Info.Plan }, new RunProgress(
                step, _tensors!.Updates, _guard?.Skipped ?? 0, meter.EpochSums, _best?.Current, RandomState.Capture(), meter.IsWithinStep)
            {
                EpochIsPending = meter.EpochIsPending,
                ExactStep = meter.IsWithinStep ? _exactStep : null,
                Threads = _threads,
                LastLoss = meter.LastLoss,
                Epochs = meter.Epochs,
            }, _history);

            // One that is not exact does not take the place of the newest that is.
            long[] protectedSteps = [.. _best?.ProtectedSteps ?? [], .. meter.IsWithinStep && _exactStep is { } exact ? [exact] : Array.Empty<long>()];
            begun = _writer!.TryBegin(step, _tensors.Snapshot(), _json.WrittenSpan, protectedSteps, wait);
        }
        finally
        {
            if (begun)
            {
                _lastBegun = step;
                _leftOut.Begin();
            }
            else
            {
                _best?.Settle(step, isDurable: false);
            }
        }

        if (!begun && _writer.IsBusy && _leftOut.Add(step, _lastBegun) is { } leftOut)
        {
            Warn(leftOut);
        }

        SeedDevice(step);
        return begun;
    }

    /// <summary>Before the first write: no other run may hold the folder, and what is in it of an earlier one must not count as this one's.</summary>
    private bool PrepareFolder()
    {
        if (_prepared)
        {
            return true;
        }

        if (!TryLock())
        {
            return false;
        }

        try
        {
            _store.RemoveLeftovers();
            _store.Supersede(_goesOnHere ? FirstStep : -1);
            _prepared = true;
        }
        catch (CheckpointIOException e)
        {
            _failure = e;
            Warn(e.Message);
        }

        foreach (string note in _store.TakeNotes())
        {
            Warn(note);
        }

        return _prepared;
    }

    private bool TryLock()
    {
        if (_lock is not null || !_writes)
        {
            return true;
        }

        try
        {
            _lock = CheckpointFolderLock.Acquire(_store.Folder);
            return true;
        }
        catch (CheckpointIOException e)
        {
            _failure = e;
            Warn(_isEnding ? e.Message : $"{e.Message} Training goes on without a checkpoint; the next attempt is made on schedule.");
            return false;
        }
    }

    private void EndWriting(RunMeter meter)
    {
        Drain();
        _meter = null;
        if (_writes)
        {
            meter.BestCheckpoint = FindBest();
            if (Volatile.Read(ref _latest)?.Step != meter.Step)
            {
                meter.CheckpointFailure = Volatile.Read(ref _failure);
                Warn($"the state after step {meter.Step} is in no checkpoint.");
            }
        }

        if (meter.Step < _definition.TotalSteps && _writes)
        {
            Tell(HowToResume(meter.Step));
        }
    }

    private string HowToResume(long step)
    {
        string stopped = $"stopped after step {step} of {_definition.TotalSteps}. ";
        if (Volatile.Read(ref _latest) is not { } latest)
        {
            return stopped + "No checkpoint could be written.";
        }

        string folder = _namedFolder is null ? "" : $"CheckpointFolder = {InWords.Literal(_namedFolder)}, ";
        return stopped + $"The checkpoint is '{latest.Folder}'" + (latest.Step == step ? "" : $", of step {latest.Step}")
            + $". To go on: Run(new TrainingOptions {{ {folder}Resume = Resume.Latest }}).";
    }

    // Where the run has begun and not finished, something threw.
    private void SaveAfterFailure()
    {
        if (_meter is not { } meter)
        {
            return;
        }

        _meter = null;
        meter.Failing = null;
        try
        {
            _isEnding = true;
            Drain();

            // The state is that before a step that the run would have stopped for, had it gone on.
            _guard?.Settle();

            // Replicas may have failed at different places. No one updates a step before all have come to its exchange, so that none has where the updates
            // made are as many as the steps; between an update and the end of its step the state is of neither. Other nodes are out of reach.
            if (_definition.Plan.Nodes > 1 || _lastBegun == meter.Step || _tensors is null
                || Array.Exists(_replicas, state => state!.Updates + (_guard?.Skipped ?? 0) != meter.Step))
            {
                return;
            }

            foreach (ReplicaState? state in _replicas)
            {
                _tensors.Gathered?.Collect(state!);
            }

            if (Write(meter, Timeout.InfiniteTimeSpan))
            {
                EndWriting(meter);
            }
        }
        catch (Exception e)
        {
            // What ended the run is what the caller is to see.
            Warn($"no checkpoint could be written after the failure: {e.Message}");
        }
    }

    private void RestoreFigures(RunMeter meter, NonFiniteGuard? guard)
    {
        if (_resumed is { Progress: var progress })
        {
            meter.GoOnFrom(progress.Epoch, progress.EpochIsPending, progress.Epochs, progress.LastLoss);
            guard?.Restore(progress.Skipped);
        }
    }

    private void TellOfResume()
    {
        if (_resumed is not { Progress: var progress, Definition: var found })
        {
            return;
        }

        Tell($"resumed from '{_resumed.Checkpoint.Folder}', after step {progress.Step} of {_definition.TotalSteps}.");
        if (progress.WithinStep)
        {
            string exact = progress.ExactStep is { } step
                ? $" For the same bits resume from the checkpoint of step {step}, the newest that is exact, with Resume.From."
                : "";
            Warn("it was taken after a failure within a step: dropout draws and running statistics of norms may differ from those of an "
                + "uninterrupted run." + exact);
        }

        if (found.TotalSteps != _definition.TotalSteps)
        {
            string curve = DecaysOverWholeRun(_definition.Schedule) ? ": its schedule, which decays over the whole run, goes on along another curve" : "";
            Warn($"the run is {_definition.TotalSteps} steps long, and was {found.TotalSteps}{curve}.");
        }

        if (progress.Threads is { } threads && threads != _threads)
        {
            Tell($"libtorch computes with {_threads} threads here, and did with {threads} before: sums are added up in another order, so that the bits of the "
                + $"weights differ from those of an uninterrupted run. For the same bits set OMP_NUM_THREADS={threads}.");
        }
    }

    // A schedule without a length of its own.
    private static bool DecaysOverWholeRun(DefinitionPart schedule) => schedule.Kind is "CosineDecay" or "LinearDecay"
        && schedule.Parameters.All(static parameter => parameter.Key != "decaySteps");

    // The bar that a later epoch has to beat, as long as the checkpoint that set it is in this folder.
    private BestMetric? BestResumed() => _goesOnHere && _resumed!.Progress.Best is { } best && _store.List().Good.Any(good => good.Step == best.Step) ? best : null;

    private BestCheckpoint? FindBest() => _best?.Durable is { } best && _store.List().Good.FirstOrDefault(good => good.Step == best.Step) is { } checkpoint
        ? new BestCheckpoint(checkpoint.Folder, best.Metric, best.Value, best.Step)
        : null;

    // Versions before kept the checkpoints of all definitions of one simple name in one folder: whose they are cannot be told, so they are not taken unasked.
    private void TellOfFormerFolder(TrainingOptions options)
    {
        string former = Path.Combine("checkpoints", _definition.SimpleName);
        if (_resumed is null && ReferenceEquals(options.Resume, Resume.Latest) && options.CheckpointFolder is null
            && _definition.SimpleName != _definition.FolderName && Directory.Exists(former)
            && Directory.EnumerateDirectories(former, "step-*").Any())
        {
            Warn($"'{former}' holds checkpoints of an earlier version of TrainDsl. If they are this definition's, go on from them with Resume.From({InWords.Literal(former)}).");
        }
    }

    private void SettleEpoch(RunMeter meter)
    {
        if (meter.EpochIsPending && meter.Step == FirstStep)
        {
            // The end of an epoch that a failure had cut short is over: the checkpoint that was resumed does not know of it.
            _lastBegun = -1;
        }

        meter.SettleEpoch();
    }

    // TorchSharp does not give out the state of a device's generator: both a run that goes on and one that is resumed start it anew from the step.
    private void SeedDevice(long step)
    {
        if (_onDevice)
        {
            RandomState.SeedDevices(_definition.Seed, step);
        }
    }

    // Called on the writer's thread.
    private void Report(CheckpointOutcome outcome)
    {
        _best?.Settle(outcome.Step, outcome.Checkpoint is not null);
        if (outcome.Checkpoint is not null)
        {
            Volatile.Write(ref _latest, outcome.Checkpoint);
            _exactStep = _isEnding ? _exactStep : outcome.Step;
        }

        foreach (string note in outcome.Notes)
        {
            Tell(note);
        }

        if (outcome.Failure is not null)
        {
            Volatile.Write(ref _failure, outcome.Failure);
            string next = _isEnding ? "" : " Training goes on; the next attempt is made on schedule.";
            Warn($"the checkpoint of step {outcome.Step} failed: {outcome.Failure.Message}{next}");
        }

        if (outcome.PruneFailure is not null)
        {
            Warn(outcome.PruneFailure.Message);
        }
    }

    private void Tell(string notice) => _notices.Tell(notice);

    private void Warn(string notice) => _notices.Warn(notice);
}
