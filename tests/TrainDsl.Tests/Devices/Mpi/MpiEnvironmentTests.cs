using System.Collections.Generic;
using System.Linq;
using TrainDsl.Devices.Mpi;
using Xunit;

namespace TrainDsl.Tests.Devices.Mpi;

public sealed class MpiEnvironmentTests
{
    public static TheoryData<string, string, int?, int?> Environments() => new()
    {
        { "", nameof(MpiLauncher.None), null, null },
        { "OMPI_COMM_WORLD_SIZE=4 OMPI_COMM_WORLD_RANK=3 PMIX_RANK=3", nameof(MpiLauncher.OpenMpi), 3, 4 },
        { "PMI_SIZE=2 PMI_RANK=1", nameof(MpiLauncher.Pmi), 1, 2 },
        { "OMPI_COMM_WORLD_SIZE=4 OMPI_COMM_WORLD_RANK=0 SLURM_STEP_ID=0 SLURM_PROCID=1 SLURM_STEP_NUM_TASKS=2", nameof(MpiLauncher.OpenMpi), 0, 4 },
        { "SLURM_STEP_ID=0 SLURM_PROCID=5 SLURM_STEP_NUM_TASKS=8 SLURM_NTASKS=16", nameof(MpiLauncher.Slurm), 5, 8 },
        { "SLURM_STEP_ID=0 SLURM_PROCID=5 SLURM_NTASKS=16 PMIX_RANK=5", nameof(MpiLauncher.Pmix), 5, 16 },
        { "PMIX_RANK=0", nameof(MpiLauncher.Pmix), 0, null },

        // A batch script is no step of the job, whatever number of tasks it asks for.
        { "SLURM_PROCID=0 SLURM_NTASKS=16", nameof(MpiLauncher.None), null, null },
        { "PMI_SIZE=two", nameof(MpiLauncher.None), null, null },
    };

    [Theory]
    [MemberData(nameof(Environments))]
    public void Launchers_are_recognised(string variables, string launcher, int? rank, int? size)
    {
        Dictionary<string, string> values = variables.Split(' ', System.StringSplitOptions.RemoveEmptyEntries)
            .Select(variable => variable.Split('=')).ToDictionary(parts => parts[0], parts => parts[1]);

        MpiEnvironment environment = MpiEnvironment.Read(values.GetValueOrDefault);

        Assert.Equal(new MpiEnvironment(System.Enum.Parse<MpiLauncher>(launcher), rank, size), environment);
        Assert.Equal(launcher != nameof(MpiLauncher.None), environment.IsLaunched);
    }
}
