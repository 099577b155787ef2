using System;
using static TorchSharp.torch;

namespace TrainDsl.Devices;

/// <summary>
/// The intra-op threads of a replica on the CPU: those of the process divided among its replicas. libtorch keeps the number for each thread that
/// computes, so that each replica's thread sets its own.
/// </summary>
internal readonly struct IntraOpThreads : IDisposable
{
    private readonly int _before;

    private IntraOpThreads(int before) => _before = before;

    /// <summary>Takes a replica's share on the calling thread, at least 1, until disposed.</summary>
    /// <param name="total">The threads of the process.</param>
    /// <param name="replicas">The replicas among which they are divided, 1 or more.</param>
    internal static IntraOpThreads Take(int total, int replicas)
    {
        int before = get_num_threads();
        set_num_threads(Math.Max(1, total / replicas));
        return new IntraOpThreads(before);
    }

    public void Dispose() => set_num_threads(_before);
}
