using System;
using Xunit;

namespace TrainDsl.Tests.Checkpoints;

/// <summary>A test that mounts a small file system of its own, skipped where that is not allowed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class MountFactAttribute : FactAttribute
{
    private static readonly Lazy<bool> Possible = new(() =>
    {
        try
        {
            using SmallDisk disk = new();
            return true;
        }
        catch (Exception e) when (e is InvalidOperationException or PlatformNotSupportedException)
        {
            return false;
        }
    });

    /// <summary>Tries to mount.</summary>
    public MountFactAttribute()
    {
        if (!Possible.Value)
        {
            Skip = "Mounting a file system is not allowed here.";
        }
    }
}
