using System;

namespace TrainDsl.Devices;

/// <summary>Which device each replica of each process uses.</summary>
internal static class DevicePlacement
{
    /// <summary>The index of a replica's device among those that its process sees.</summary>
    /// <param name="localRank">The process among those on its host, 0 to <paramref name="localSize"/> - 1.</param>
    /// <param name="localSize">Processes of the job on this host, 1 or more.</param>
    /// <param name="replica">The replica within its process, 0 to <paramref name="replicas"/> - 1.</param>
    /// <param name="replicas">Replicas (devices) a process, 1 or more.</param>
    /// <param name="visibleDevices">Devices that the process sees.</param>
    /// <returns>
    /// <paramref name="localRank"/> x <paramref name="replicas"/> + <paramref name="replica"/> where the processes see all devices of the host;
    /// <paramref name="replica"/> where the launcher gave each process its own (Slurm's <c>--gpus-per-task</c>, <c>CUDA_VISIBLE_DEVICES</c>), which
    /// is recognised by each process seeing exactly as many as it needs.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">A rank or replica is outside its range.</exception>
    /// <exception cref="InvalidOperationException">The host has too few devices for its processes.</exception>
    public static int IndexOf(int localRank, int localSize, int replica, int replicas, int visibleDevices)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(localRank);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(localRank, localSize);
        ArgumentOutOfRangeException.ThrowIfNegative(replica);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(replica, replicas);
        if (visibleDevices == replicas)
        {
            return replica;
        }

        if (visibleDevices < (long)localSize * replicas)
        {
            throw new InvalidOperationException(
                $"{localSize} process(es) on {Environment.MachineName} with {replicas} device(s) each need {(long)localSize * replicas} devices, but "
                + $"{visibleDevices} are visible. Start fewer processes a host, declare fewer devices, or give each process {replicas} of its own.");
        }

        return (localRank * replicas) + replica;
    }
}
