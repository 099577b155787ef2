using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using TrainDsl.Batching;
using Xunit;

namespace TrainDsl.Tests.Devices.Mpi;

/// <summary>Definitions trained on several nodes: as one process trains them, and to the same bits each time.</summary>
public sealed class MpiTrainingTests
{
    [OpenMpiTheory]
    [InlineData(2, 1, 32)]
    [InlineData(2, 1, 8)]
    [InlineData(2, 2, 16)]
    [InlineData(4, 1, 16)]
    [InlineData(4, 2, 4)]
    public void Nodes_train_as_one_process_does_with_Open_MPI(int nodes, int devices, long micro) =>
        CheckTraining(MpiInstallation.OpenMpi, nodes, devices, micro);

    [MpichTheory]
    [InlineData(2, 2, 16)]
    [InlineData(4, 1, 16)]
    public void Nodes_train_as_one_process_does_with_MPICH(int nodes, int devices, long micro) =>
        CheckTraining(MpiInstallation.Mpich, nodes, devices, micro);

    [OpenMpiTheory]
    [InlineData(2)]
    public void Declared_nodes_train_as_one_process_does(int nodes)
    {
        FactorisationTests.Trained whole = FactorisationTests.AdamW(1, 64);
        AssertTrained(whole, new BatchPlan(32, 1, nodes, 1), Train(MpiInstallation.OpenMpi, nodes, "train-declared", []));
    }

    [OpenMpiTheory]
    [InlineData(2)]
    public void A_dataset_that_fails_on_one_node_ends_all_with_the_index(int nodes)
    {
        MpiJob job = MpiInstallation.OpenMpi.Run(nodes, "train-fails", 300, Plan(2, 16));

        Assert.NotEqual(0, job.ExitCode);
        Assert.Matches(@"Rank 1 \(.* of 2 failed: TrainDsl\.DatasetException: .*300", job.Output);
        Assert.Matches(@"Rank 0 \(.* of 2 stops: Rank 1 \(", job.Output);
    }

    private static void CheckTraining(MpiInstallation mpi, int nodes, int devices, long micro)
    {
        FactorisationTests.Trained whole = FactorisationTests.AdamW(1, 64);
        float[][] first = Train(mpi, nodes, "train", Plan(devices, micro));
        float[][] second = Train(mpi, nodes, "train", Plan(devices, micro));

        AssertTrained(whole, new BatchPlan(micro, devices, nodes, 64 / devices / nodes / micro), first);
        Assert.Equal(first[0], second[0]);
    }

    private static void AssertTrained(FactorisationTests.Trained whole, BatchPlan plan, float[][] weights)
    {
        FactorisationTests.AssertClose(whole, new FactorisationTests.Trained(plan, weights[0], whole.Losses));
        Assert.All(weights, other => Assert.Equal(weights[0], other));
    }

    private static Dictionary<string, string> Plan(int devices, long micro) => new()
    {
        ["TRAINDSL_DEVICE"] = "cpu",
        ["TRAINDSL_DEVICES"] = $"{devices}",
        ["TRAINDSL_MICRO_BATCH"] = $"{micro}",
    };

    /// <summary>The weights of each node after its run.</summary>
    private static float[][] Train(MpiInstallation mpi, int nodes, string mode, Dictionary<string, string> environment)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("traindsl-nodes-");
        try
        {
            environment["WEIGHTS_FOLDER"] = folder.FullName;
            MpiJob job = mpi.Run(nodes, mode, -1, environment);
            Assert.True(job.ExitCode == 0, job.Output);
            for (int rank = 0; rank < nodes; rank++)
            {
                Assert.Contains($"heard by rank {rank}: {(rank == 0 ? 20 : 0)}", job.Output);
            }

            return [.. Enumerable.Range(0, nodes).Select(rank => MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(Path.Combine(folder.FullName, $"{rank}"))).ToArray())];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
