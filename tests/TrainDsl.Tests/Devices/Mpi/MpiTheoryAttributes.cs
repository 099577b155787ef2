using System;
using Xunit;

namespace TrainDsl.Tests.Devices.Mpi;

/// <summary>A theory that needs Open MPI; skipped with that reason where it is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OpenMpiTheoryAttribute : TheoryAttribute
{
    public OpenMpiTheoryAttribute()
    {
        Skip = MpiInstallation.OpenMpi.SkipReason;
    }
}

/// <summary>A theory that needs MPICH; skipped with that reason where it is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class MpichTheoryAttribute : TheoryAttribute
{
    public MpichTheoryAttribute()
    {
        Skip = MpiInstallation.Mpich.SkipReason;
    }
}
