using System;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading;
using TrainDsl.Monitoring;

namespace TrainDsl.Devices.Mpi;

/// <summary>
/// MPI in this process: started once, by the first <see cref="Open"/>, and ended when the process exits, because MPI cannot be started twice.
/// <para>
/// How failures end the job. A rank whose work throws (<see cref="Run"/>) prints the exception, tells every other rank and calls MPI_Abort once all
/// have ended their work, at most <see cref="AbortGrace"/> later; the others get <see cref="CollectiveAbortedException"/> from the collective they
/// wait in and end the same way. A rank that hangs is named by the others when <see cref="Timeout"/> has passed in a collective. A rank whose process
/// dies is reported by the launcher, which ends the rest at once; Open MPI's names the rank, MPICH's does not. A rank that exits while
/// others still work is found by them in their next collective. A rank whose launcher is gone ends within seconds, because a launcher may end the
/// process that it started, such as <c>dotnet run</c>, and not the training which that has started in turn.
/// </para>
/// </summary>
internal sealed unsafe class MpiSession
{
    /// <summary>How long a rank is waited for in a collective unless a session is opened with another time.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(300);

    /// <summary>How long a failing rank leaves the others to end their work before it ends all processes of the job.</summary>
    public static readonly TimeSpan AbortGrace = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan AbortDelay = TimeSpan.FromSeconds(1);

    private const int NameLongs = 16;

    private static readonly Lock Gate = new();
    private static MpiSession? _current;

    private readonly bool _ownsMpi;
    private readonly Timer _launcherWatch;
    private readonly MpiChannel _channel;
    private readonly string[] _names;

    private MpiSession(MpiLibrary library, in MpiEnvironment environment, TimeSpan timeout)
    {
        Library = library;
        int flag = 0;
        library.Check(library.Initialized(&flag), "MPI_Initialized");
        _ownsMpi = flag == 0;
        int threads = 0;
        if (_ownsMpi)
        {
            threads = Start(library, environment, timeout);
        }
        else
        {
            library.Check(library.QueryThread(&threads), "MPI_Query_thread");
        }

        if (threads < MpiLibrary.ThreadSerialized)
        {
            throw new InvalidOperationException(
                $"{library.Version} was started for calls from one thread only (level {threads}); MPI_THREAD_SERIALIZED (2) is needed, because the "
                + "training thread need not be the main thread. Use a build with thread support, or start MPI with that level.");
        }

        _channel = new MpiChannel(library, timeout);
        ThrowIfLauncherDiffers(library, environment, _channel.Size);
        (LocalRank, LocalSize) = ReadLocalRank(library, _channel.Communicator);
        Collective = new MpiCollective(_channel);
        _names = ExchangeNames(Collective);
        _channel.Names = _names;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => End();
        _launcherWatch = WatchLauncher();
    }

    /// <summary>The MPI library in use.</summary>
    public MpiLibrary Library { get; }

    /// <summary>This process's rank, 0 to <see cref="Size"/> - 1.</summary>
    public int Rank => _channel.Rank;

    /// <summary>The number of ranks.</summary>
    public int Size => _channel.Size;

    /// <summary>This process among those of the job on the same host, 0 to <see cref="LocalSize"/> - 1; see <see cref="DevicePlacement"/>.</summary>
    public int LocalRank { get; }

    /// <summary>Processes of the job on this host.</summary>
    public int LocalSize { get; }

    /// <summary>The group of all ranks, for one thread at a time.</summary>
    public MpiCollective Collective { get; }

    /// <summary>How long a rank is waited for in a collective.</summary>
    public TimeSpan Timeout
    {
        get => _channel.Timeout;
        set => _channel.Timeout = value;
    }

    /// <summary>Starts MPI, or returns the session that this process has.</summary>
    /// <param name="ranks">The number of processes that the training declares.</param>
    /// <param name="timeout">How long a rank is waited for at the start and in a collective; <see cref="DefaultTimeout"/> when null.</param>
    /// <exception cref="MpiNotFoundException">No MPI library is installed; the message says what to install.</exception>
    /// <exception cref="InvalidOperationException">No launcher started this process, or it started another number of processes.</exception>
    /// <exception cref="MpiException">MPI cannot be started.</exception>
    public static MpiSession Open(int ranks, TimeSpan? timeout = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ranks, 1);
        lock (Gate)
        {
            if (_current is null)
            {
                MpiEnvironment environment = MpiEnvironment.Current;
                var library = MpiLibrary.Load(
                    MpiLibrary.Candidates(environment.Launcher, Environment.GetEnvironmentVariable(MpiLibrary.PathVariable)));
                if (!environment.IsLaunched)
                {
                    throw new InvalidOperationException(
                        $"This training declares {ranks} nodes, but its process was started alone. Start it with MPI's launcher, for example "
                        + $"'mpirun -np {ranks} dotnet run -c Release', or with Slurm's: 'srun --ntasks={ranks} --mpi=pmix dotnet run -c Release'.");
                }

                _current = new MpiSession(library, environment, timeout ?? DefaultTimeout);
            }

            _current.Timeout = timeout ?? _current.Timeout;
            return _current.Size == ranks
                ? _current
                : throw new InvalidOperationException(
                    $"This training declares {ranks} nodes, but the launcher started {_current.Size} processes. "
                    + $"Start {ranks}, or declare {_current.Size} nodes.");
        }
    }

    /// <summary>A rank with its host and process, for messages.</summary>
    public string Describe(int rank) => $"rank {rank} ({_names[rank]})";

    /// <summary>
    /// Runs this rank's work. Where it throws, the exception is printed to standard error and every rank of the job ends with exit code 1, as the
    /// class says.
    /// </summary>
    public void Run(Action<MpiCollective> body)
    {
        try
        {
            body(Collective);
        }
        catch (Exception failure)
        {
            Fail(failure);
        }
    }

    /// <summary>Ends every rank of the job because this one cannot go on. Other threads of this process must have ended their MPI calls.</summary>
    /// <param name="failure">Why; it is printed on this rank and its message on the others.</param>
    [DoesNotReturn]
    public void Fail(Exception failure)
    {
        string self = $"{Capitalized(Describe(Rank))} of {Size}";
        bool endsJob;
        if (_channel.FailedElsewhere is { } cause)
        {
            ErrorOutput.TryWriteLine($"{self} stops: {cause.Message}");
            endsJob = _channel.AnnounceFailure(cause.FailedRank, cause.Message, [], AbortGrace);
        }
        else
        {
            ErrorOutput.TryWriteLine($"{self} failed: {failure}");
            endsJob = _channel.AnnounceFailure(
                Rank,
                $"{self} failed: {failure.GetType().FullName}: {failure.Message}",
                failure is CollectiveTimeoutException timeout ? timeout.MissingRanks : [],
                AbortGrace);
        }

        if (!endsJob)
        {
            // Launchers report the rank that ends the job, which should be the one to look at. The others do it only if that one does not come to it.
            Thread.Sleep(AbortDelay);
        }

        Kill(1);
    }

    private static string Capitalized(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    private static int Start(MpiLibrary library, MpiEnvironment environment, TimeSpan timeout)
    {
        // MPI_Init waits for the other ranks and takes no timeout, and before it is done no rank can ask another anything.
        int done = 0;
        string self = $"Rank {environment.Rank?.ToString(CultureInfo.InvariantCulture) ?? "?"} of "
            + $"{environment.Size?.ToString(CultureInfo.InvariantCulture) ?? "?"} on {Environment.MachineName}";
        using Timer watchdog = new(
            _ =>
            {
                if (Interlocked.Exchange(ref done, 1) == 0)
                {
                    ErrorOutput.TryWriteLine(
                        $"{self} has waited {timeout.TotalSeconds:0.#} s for all ranks to start MPI. "
                        + "The missing ranks are those that print no line like this one.");

                    // The other ranks that wait should print their line before the launcher ends them because of this one.
                    Thread.Sleep(AbortGrace);
                    Environment.FailFast("MPI did not start in time.");
                }
            },
            null,
            timeout,
            System.Threading.Timeout.InfiniteTimeSpan);
        int provided = 0;
        library.Check(library.InitThread(null, null, MpiLibrary.ThreadSerialized, &provided), "MPI_Init_thread");
        Interlocked.Exchange(ref done, 1);
        return provided;
    }

    private static void ThrowIfLauncherDiffers(MpiLibrary library, in MpiEnvironment environment, int size)
    {
        if (environment.Size is { } launched && launched != size)
        {
            throw new InvalidOperationException(
                $"The launcher ({environment.Launcher}) started {launched} processes, but {library.Version} (loaded as {library.Name}) sees {size}. "
                + "Launcher and library must be of the same MPI: use that library's mpirun (with several installed, mpirun.openmpi or mpirun.mpich), "
                + $"give srun --mpi=pmix for Open MPI or --mpi=pmi2 for MPICH, or set {MpiLibrary.PathVariable} to the launcher's libmpi.");
        }
    }

    private static (int Rank, int Size) ReadLocalRank(MpiLibrary library, nint communicator)
    {
        nint host = 0;
        int rank = 0;
        int size = 0;
        library.Check(library.CommSplitType(communicator, library.CommTypeShared, 0, library.InfoNull, &host), "MPI_Comm_split_type");
        library.Check(library.CommRank(host, &rank), "MPI_Comm_rank");
        library.Check(library.CommSize(host, &size), "MPI_Comm_size");
        library.Check(library.CommFree(&host), "MPI_Comm_free");
        return (rank, size);
    }

    private static string[] ExchangeNames(MpiCollective collective)
    {
        long[] text = new long[collective.Size * NameLongs];
        Span<byte> bytes = MemoryMarshal.AsBytes(text.AsSpan());
        int length = NameLongs * sizeof(long);
        string name = $"{Environment.MachineName}, process {Environment.ProcessId}";
        Encoding.UTF8.TryGetBytes(name, bytes.Slice(collective.Rank * length, length), out _);
        fixed (long* buffer = text)
        {
            collective.AllGather(buffer, text.Length, ElementType.Int64, NameLongs);
        }

        string[] names = new string[collective.Size];
        for (int rank = 0; rank < names.Length; rank++)
        {
            names[rank] = Encoding.UTF8.GetString(bytes.Slice(rank * length, length)).TrimEnd('\0');
        }

        return names;
    }

    private void End()
    {
        if (Environment.ExitCode != 0 || _channel.IsBroken || _channel.IsBusy)
        {
            // Ending MPI would wait for ranks that still work, and they for this one.
            ErrorOutput.TryWriteLine(
                $"{Capitalized(Describe(Rank))} of {Size} exits with code {Environment.ExitCode} before the work of all ranks is done.");
            Kill(Environment.ExitCode == 0 ? 1 : Environment.ExitCode);
        }

        try
        {
            // Ranks that still work see that this one has ended, which MPI_Finalize would not tell them.
            Collective.End();
        }
        catch (Exception failure)
        {
            Fail(failure);
        }

        _launcherWatch.Dispose();
        if (_ownsMpi)
        {
            _ = Library.Complete();
        }
    }

    [DoesNotReturn]
    private void Kill(int exitCode)
    {
        // MPI_Abort may hang in exit handlers when the launcher does not end this process, and it may return.
        new Thread(static () =>
        {
            Thread.Sleep(AbortDelay);
            KillSelf();
        }) { IsBackground = true }.Start();
        _ = Library.Abort(_channel.Communicator, exitCode);
        Thread.Sleep(System.Threading.Timeout.Infinite);
        throw new UnreachableException();
    }

    private static void KillSelf() => Process.GetCurrentProcess().Kill();

    private Timer WatchLauncher()
    {
        int parent = MpiLibrary.ParentProcess();
        return new Timer(
            _ =>
            {
                if (MpiLibrary.ParentProcess() != parent)
                {
                    ErrorOutput.TryWriteLine($"{Capitalized(Describe(Rank))} of {Size} ends: the process that started it is gone.");
                    KillSelf();
                }
            },
            null,
            AbortDelay,
            AbortDelay);
    }
}
