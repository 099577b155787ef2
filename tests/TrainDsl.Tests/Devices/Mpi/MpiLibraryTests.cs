using System.Linq;
using TrainDsl.Devices.Mpi;
using Xunit;

namespace TrainDsl.Tests.Devices.Mpi;

public sealed class MpiLibraryTests
{
    [Fact]
    public void The_library_of_the_launcher_is_tried_first()
    {
        Assert.Contains("40", MpiLibrary.Candidates(MpiLauncher.OpenMpi, null)[0]);
        Assert.Contains("12", MpiLibrary.Candidates(MpiLauncher.Pmi, null)[0]);
        Assert.Equal(
            MpiLibrary.Candidates(MpiLauncher.OpenMpi, null).Order(),
            MpiLibrary.Candidates(MpiLauncher.Pmi, null).Order());
    }

    [Fact]
    public void A_path_from_the_user_is_all_that_is_tried() => Assert.Equal(["a/libmpi.so"], MpiLibrary.Candidates(MpiLauncher.Pmi, "a/libmpi.so"));

    [Fact]
    public void A_missing_library_is_reported_with_what_to_install()
    {
        var thrown = Assert.Throws<MpiNotFoundException>(() => MpiLibrary.Load(["libnone.so.1", "libnone.so.2"]));

        Assert.Equal(["libnone.so.1", "libnone.so.2"], thrown.Searched);
        Assert.Contains("tried libnone.so.1, libnone.so.2", thrown.Message);
        Assert.Contains("apt install openmpi-bin", thrown.Message);
        Assert.Contains("apt install mpich", thrown.Message);
    }
}
