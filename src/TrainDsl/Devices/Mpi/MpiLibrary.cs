using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Text;

namespace TrainDsl.Devices.Mpi;

/// <summary>
/// The functions and handles of the MPI library of this machine: Open MPI (ABI of libmpi.so.40) or one with the MPICH ABI (MPICH, Intel MPI,
/// MVAPICH).
/// <para>
/// Functions are looked up in the library that was found, because its file name differs from machine to machine and an assembly can have only one
/// import resolver. Handles are pointers in Open MPI and 32-bit integers in MPICH; both travel in pointer-sized slots that start at zero, of which
/// MPICH reads and writes the low half (little-endian machines). Arrays of handles would differ in stride, so that no function that takes one is
/// used.
/// </para>
/// </summary>
internal sealed unsafe partial class MpiLibrary
{
    /// <summary>The environment variable that names the library to load, before all known names.</summary>
    public const string PathVariable = "TRAINDSL_MPI_LIBRARY";

    public const int ThreadSerialized = 2;

    private const int LongestText = 8192;

    private static readonly string[] OpenMpiNames = OperatingSystem.IsMacOS()
        ? ["libmpi.40.dylib", "/opt/homebrew/lib/libmpi.40.dylib", "/usr/local/lib/libmpi.40.dylib"]
        : ["libmpi.so.40"];

    private static readonly string[] MpichNames = OperatingSystem.IsMacOS()
        ? ["libmpi.12.dylib", "/opt/homebrew/lib/libmpi.12.dylib", "/usr/local/lib/libmpi.12.dylib"]
        : ["libmpich.so.12", "libmpi.so.12"];

    private readonly delegate* unmanaged[Cdecl]<int, byte*, int*, int> _errorString;

    private MpiLibrary(nint library, string name)
    {
        Name = name;
        IsOpenMpi = NativeLibrary.TryGetExport(library, "ompi_mpi_comm_world", out nint openMpiWorld);

        // Values and symbols: mpi.h of Open MPI 4.1 and of MPICH 4.0. MPICH's are fixed by its ABI initiative.
        CommWorld = IsOpenMpi ? openMpiWorld : 0x44000000;
        Byte = IsOpenMpi ? Export("ompi_mpi_byte") : 0x4c00010d;
        ErrorsReturn = IsOpenMpi ? Export("ompi_mpi_errors_return") : 0x54000001;
        InfoNull = IsOpenMpi ? Export("ompi_mpi_info_null") : 0x1c000000;
        RequestNull = IsOpenMpi ? Export("ompi_request_null") : 0x2c000000;
        AnySource = IsOpenMpi ? -1 : -2;
        CommTypeShared = IsOpenMpi ? 0 : 1;
        StatusIgnore = IsOpenMpi ? null : (void*)1;

        InitThread = (delegate* unmanaged[Cdecl]<int*, void*, int, int*, int>)Export("MPI_Init_thread");
        Initialized = (delegate* unmanaged[Cdecl]<int*, int>)Export("MPI_Initialized");
        QueryThread = (delegate* unmanaged[Cdecl]<int*, int>)Export("MPI_Query_thread");
        Complete = (delegate* unmanaged[Cdecl]<int>)Export("MPI_Finalize");
        Abort = (delegate* unmanaged[Cdecl]<nint, int, int>)Export("MPI_Abort");
        CommRank = (delegate* unmanaged[Cdecl]<nint, int*, int>)Export("MPI_Comm_rank");
        CommSize = (delegate* unmanaged[Cdecl]<nint, int*, int>)Export("MPI_Comm_size");
        CommDup = (delegate* unmanaged[Cdecl]<nint, nint*, int>)Export("MPI_Comm_dup");
        CommFree = (delegate* unmanaged[Cdecl]<nint*, int>)Export("MPI_Comm_free");
        CommSplitType = (delegate* unmanaged[Cdecl]<nint, int, int, nint, nint*, int>)Export("MPI_Comm_split_type");
        CommSetErrhandler = (delegate* unmanaged[Cdecl]<nint, nint, int>)Export("MPI_Comm_set_errhandler");
        Isend = (delegate* unmanaged[Cdecl]<void*, int, nint, int, int, nint, nint*, int>)Export("MPI_Isend");
        Irecv = (delegate* unmanaged[Cdecl]<void*, int, nint, int, int, nint, nint*, int>)Export("MPI_Irecv");
        Recv = (delegate* unmanaged[Cdecl]<void*, int, nint, int, int, nint, void*, int>)Export("MPI_Recv");
        Iprobe = (delegate* unmanaged[Cdecl]<int, int, nint, int*, void*, int>)Export("MPI_Iprobe");
        Test = (delegate* unmanaged[Cdecl]<nint*, int*, void*, int>)Export("MPI_Test");
        Ibcast = (delegate* unmanaged[Cdecl]<void*, int, nint, int, nint, nint*, int>)Export("MPI_Ibcast");
        _errorString = (delegate* unmanaged[Cdecl]<int, byte*, int*, int>)Export("MPI_Error_string");

        var version = (delegate* unmanaged[Cdecl]<byte*, int*, int>)Export("MPI_Get_library_version");
        byte* text = stackalloc byte[LongestText];
        int length = 0;
        version(text, &length);
        Version = Encoding.UTF8.GetString(text, length).Split('\n', ',')[0].Replace("\t", " ").TrimEnd('\0', ' ');

        nint Export(string symbol) => NativeLibrary.GetExport(library, symbol);
    }

    /// <summary>The name or path that the library was loaded by.</summary>
    public string Name { get; }

    /// <summary>What the library says about itself, such as "Open MPI v4.1.4".</summary>
    public string Version { get; }

    /// <summary>Whether the handles are Open MPI's; otherwise they are MPICH's.</summary>
    public bool IsOpenMpi { get; }

    public nint CommWorld { get; }

    public nint Byte { get; }

    public nint ErrorsReturn { get; }

    public nint InfoNull { get; }

    public nint RequestNull { get; }

    public int AnySource { get; }

    public int CommTypeShared { get; }

    public void* StatusIgnore { get; }

    public delegate* unmanaged[Cdecl]<int*, void*, int, int*, int> InitThread { get; }

    public delegate* unmanaged[Cdecl]<int*, int> Initialized { get; }

    public delegate* unmanaged[Cdecl]<int*, int> QueryThread { get; }

    /// <summary>MPI_Finalize, under a name that is not taken in .NET.</summary>
    public delegate* unmanaged[Cdecl]<int> Complete { get; }

    public delegate* unmanaged[Cdecl]<nint, int, int> Abort { get; }

    public delegate* unmanaged[Cdecl]<nint, int*, int> CommRank { get; }

    public delegate* unmanaged[Cdecl]<nint, int*, int> CommSize { get; }

    public delegate* unmanaged[Cdecl]<nint, nint*, int> CommDup { get; }

    public delegate* unmanaged[Cdecl]<nint*, int> CommFree { get; }

    public delegate* unmanaged[Cdecl]<nint, int, int, nint, nint*, int> CommSplitType { get; }

    public delegate* unmanaged[Cdecl]<nint, nint, int> CommSetErrhandler { get; }

    public delegate* unmanaged[Cdecl]<void*, int, nint, int, int, nint, nint*, int> Isend { get; }

    public delegate* unmanaged[Cdecl]<void*, int, nint, int, int, nint, nint*, int> Irecv { get; }

    public delegate* unmanaged[Cdecl]<void*, int, nint, int, int, nint, void*, int> Recv { get; }

    public delegate* unmanaged[Cdecl]<int, int, nint, int*, void*, int> Iprobe { get; }

    public delegate* unmanaged[Cdecl]<nint*, int*, void*, int> Test { get; }

    public delegate* unmanaged[Cdecl]<void*, int, nint, int, nint, nint*, int> Ibcast { get; }

    /// <summary>
    /// The library names to try, the one that fits the launcher first: a program that loads another MPI than its launcher's sees itself alone.
    /// </summary>
    /// <param name="launcher">How this process was launched.</param>
    /// <param name="path">The value of <see cref="PathVariable"/>; where it is set, nothing else is tried.</param>
    public static IReadOnlyList<string> Candidates(MpiLauncher launcher, string? path)
    {
        if (!string.IsNullOrEmpty(path))
        {
            return [path];
        }

        return launcher == MpiLauncher.Pmi ? [.. MpichNames, .. OpenMpiNames] : [.. OpenMpiNames, .. MpichNames];
    }

    /// <summary>Loads the first library that is there.</summary>
    /// <param name="candidates">Names or paths, in the order to try them.</param>
    /// <exception cref="MpiNotFoundException">None of them can be loaded, or the one that can is not an MPI library.</exception>
    public static MpiLibrary Load(IReadOnlyList<string> candidates)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new MpiNotFoundException("Training on several nodes needs Open MPI or MPICH, which run on Linux and macOS.", candidates);
        }

        KeepSignals();
        foreach (string name in candidates)
        {
            if (NativeLibrary.TryLoad(name, out nint library))
            {
                try
                {
                    return new MpiLibrary(library, name);
                }
                catch (EntryPointNotFoundException missing)
                {
                    throw new MpiNotFoundException(
                        $"{name} was loaded but is not an MPI library that can be used here: {missing.Message} Open MPI 4 or later and libraries "
                        + $"with the MPICH ABI (version 12) can be; {PathVariable} may name one of them.",
                        candidates);
                }
            }
        }

        throw new MpiNotFoundException(
            $"Training on several nodes needs an MPI library, and none was found (tried {string.Join(", ", candidates)}). Install one on every node: "
            + "Open MPI (Debian and Ubuntu: apt install openmpi-bin; RHEL and Fedora: dnf install openmpi, then module load mpi/openmpi-x86_64; "
            + "conda: conda install -c conda-forge openmpi; macOS: brew install open-mpi) or MPICH (apt install mpich; dnf install mpich, then "
            + "module load mpi/mpich-x86_64; conda install -c conda-forge mpich; brew install mpich). "
            + $"Where it is installed elsewhere, set {PathVariable} to the path of its libmpi. Without several nodes nothing of this is needed.",
            candidates);
    }

    // UCX, which both MPIs may move data with, takes over the signals that .NET turns into NullReferenceException and DivideByZeroException, and ends
    // the process instead. It reads its settings when it is loaded, from the native environment, which .NET's own variables do not reach.
    private static void KeepSignals()
    {
        fixed (byte* name = "UCX_ERROR_SIGNALS\0"u8, none = "\0"u8)
        {
            _ = SetEnvironmentVariable(name, none, overwrite: 0);
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv")]
    private static partial int SetEnvironmentVariable(byte* name, byte* value, int overwrite);

    /// <summary>The process that started this one, or another where that one has ended.</summary>
    [LibraryImport("libc", EntryPoint = "getppid")]
    public static partial int ParentProcess();

    /// <summary>Turns an MPI error code into an exception.</summary>
    /// <param name="code">What the function returned.</param>
    /// <param name="function">Its name.</param>
    /// <exception cref="MpiException">The code is not MPI_SUCCESS.</exception>
    public void Check(int code, string function)
    {
        if (code != 0)
        {
            byte* text = stackalloc byte[LongestText];
            int length = 0;
            string meaning = _errorString(code, text, &length) == 0 ? Encoding.UTF8.GetString(text, length) : "unknown error";
            throw new MpiException($"{function} of {Version} failed with code {code}: {meaning}", code);
        }
    }
}
