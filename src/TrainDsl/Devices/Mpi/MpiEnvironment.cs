using System;
using System.Globalization;

namespace TrainDsl.Devices.Mpi;

/// <summary>The kind of launcher that started a process as one rank of several.</summary>
internal enum MpiLauncher
{
    /// <summary>None: the process was started by itself.</summary>
    None,

    /// <summary>Open MPI's mpirun.</summary>
    OpenMpi,

    /// <summary>A launcher that speaks PMI: MPICH's mpirun (Hydra), Intel MPI, MVAPICH, or srun with --mpi=pmi2.</summary>
    Pmi,

    /// <summary>A launcher that speaks PMIx: srun with --mpi=pmix, prterun.</summary>
    Pmix,

    /// <summary>Slurm's srun without an MPI plugin of its own to be seen.</summary>
    Slurm,
}

/// <summary>What the environment says about how this process was launched; it is known before MPI is loaded.</summary>
/// <param name="Launcher">The launcher.</param>
/// <param name="Rank">The rank that the launcher gave this process, or null where the environment does not say.</param>
/// <param name="Size">The number of ranks, or null where the environment does not say.</param>
internal readonly record struct MpiEnvironment(MpiLauncher Launcher, int? Rank, int? Size)
{
    /// <summary>The environment of this process.</summary>
    public static MpiEnvironment Current { get; } = Read(Environment.GetEnvironmentVariable);

    /// <summary>Whether a launcher started this process, be it as the only rank.</summary>
    public bool IsLaunched => Launcher != MpiLauncher.None;

    /// <summary>Reads an environment.</summary>
    /// <param name="variable">A variable's value by its name, or null.</param>
    public static MpiEnvironment Read(Func<string, string?> variable)
    {
        // mpirun inside a Slurm allocation inherits Slurm's variables, so that it is asked about first.
        if (Number("OMPI_COMM_WORLD_SIZE") is { } openMpiSize)
        {
            return new MpiEnvironment(MpiLauncher.OpenMpi, Number("OMPI_COMM_WORLD_RANK"), openMpiSize);
        }

        if (Number("PMI_SIZE") is { } pmiSize)
        {
            return new MpiEnvironment(MpiLauncher.Pmi, Number("PMI_RANK"), pmiSize);
        }

        // The batch script itself has SLURM_NTASKS and SLURM_PROCID too, but a step's number is given to what srun started alone.
        bool isSlurmStep = variable("SLURM_STEP_ID") is not null && variable("SLURM_PROCID") is not null;
        int? slurmSize = isSlurmStep ? Number("SLURM_STEP_NUM_TASKS") ?? Number("SLURM_NTASKS") : null;
        if (Number("PMIX_RANK") is { } pmixRank)
        {
            return new MpiEnvironment(MpiLauncher.Pmix, pmixRank, slurmSize);
        }

        return slurmSize is null ? default : new MpiEnvironment(MpiLauncher.Slurm, Number("SLURM_PROCID"), slurmSize);

        int? Number(string name) =>
            int.TryParse(variable(name), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
    }
}
