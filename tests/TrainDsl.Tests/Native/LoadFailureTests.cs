using System;
using TrainDsl.Native;
using Xunit;

namespace TrainDsl.Tests.Native;

public class LoadFailureTests
{
    [Theory]
    [InlineData(
        "/lib/x/libstdc++.so.6: version `GLIBCXX_3.4.30' not found (required by /app/libLibTorchSharp.so)",
        "needs GLIBCXX_3.4.30, and /lib/x/libstdc++.so.6",
        "install libstdc++ of GCC 13 or later")]
    [InlineData(
        "/lib/x/libc.so.6: version `GLIBC_2.34' not found (required by /app/libLibTorchSharp.so)",
        "needs GLIBC_2.34, which /lib/x/libc.so.6",
        "2.34 of the GNU C library")]
    [InlineData("libtorch_cpu.so: cannot open shared object file: No such file or directory", "libtorch_cpu.so is missing", "libtorch-cpu-linux-x64")]
    [InlineData("libgomp-98b21ff3.so.1: cannot open shared object file: No such file or directory", "is missing", "libtorch-cpu-linux-x64")]
    [InlineData("libcudart.so.12: cannot open shared object file: No such file or directory", "libcudart.so.12 is missing", "TorchSharp-cuda-linux")]
    [InlineData("libstdc++.so.6: cannot open shared object file: No such file or directory", "is missing", "libstdc++6 on Debian")]
    [InlineData("libnuma.so.1: cannot open shared object file: No such file or directory", "is missing", "that brings libnuma.so.1")]
    [InlineData("/app/libc10.so: wrong ELF class: ELFCLASS32", "damaged, or made for another processor", "restore and build again")]
    [InlineData("/app/libc10.so: file too short", "damaged", "restore and build again")]
    [InlineData("/c/libLibTorchSharp.so: failed to map segment from shared object", "memory or address space ran out", "ulimit -v")]
    [InlineData("/c/libLibTorchSharp.so: failed to map segment from shared object", "does not allow code to be executed", "noexec")]
    [InlineData("/c/libLibTorchSharp.so: failed to map segment from shared object: Cannot allocate memory", "ran out", "ulimit -v")]
    [InlineData("/c/libLibTorchSharp.so: failed to map segment from shared object: Operation not permitted", "does not allow code to be executed", "noexec")]
    [InlineData("/app/libLibTorchSharp.so: cannot open shared object file: Permission denied", "may not be read", "the right to read it")]
    [InlineData("/app/libLibTorchSharp.so: undefined symbol: _ZN5torch3fooEv", "another version", "that TorchSharp names")]
    [InlineData("something new", "refuses it", "LD_DEBUG")]
    public void Names_the_cause_and_the_remedy(string error, string cause, string remedy)
    {
        string message = LoadFailure.Explain("/app/libLibTorchSharp.so", error, "a note").Message;

        string[] lines = message.Split('\n');
        Assert.Contains(cause, lines[0], StringComparison.Ordinal);
        Assert.Contains("/app/libLibTorchSharp.so", lines[1], StringComparison.Ordinal);
        Assert.Contains(error, lines[2], StringComparison.Ordinal);
        Assert.Contains("a note", lines[3], StringComparison.Ordinal);
        Assert.Contains(remedy, lines[4], StringComparison.Ordinal);
    }

    [Fact]
    public void Names_the_folders_searched()
    {
        string message = LoadFailure.NotFound("libc10.so", ["/a", "/b"]).Message;
        Assert.Contains("libc10.so is in none", message, StringComparison.Ordinal);
        Assert.Contains("/a, /b", message, StringComparison.Ordinal);
        Assert.Contains("libtorch-cpu-linux-x64", message, StringComparison.Ordinal);
    }

    [LinuxX64Fact]
    public void Leaves_out_the_places_without_the_library()
    {
        const string Message = "Unable to load shared library 'LibTorchSharp' or one of its dependencies. Advice: \n"
            + "/app/LibTorchSharp.so: cannot open shared object file: No such file or directory\n"
            + "libtorch.so: cannot open shared object file: No such file or directory\n"
            + "/app/libLibTorchSharp: cannot open shared object file: No such file or directory\n";
        if (OperatingSystem.IsLinux())
        {
            Assert.Equal(
                "libtorch.so: cannot open shared object file: No such file or directory",
                DynamicLinker.ReadError(Message, "LibTorchSharp"));
            Assert.Equal("no second line", DynamicLinker.ReadError("no second line", "LibTorchSharp"));
        }
    }

    [Fact]
    public void Finds_the_highest_version_of_libstdcxx()
    {
        Assert.Equal("GLIBCXX_3.4.30", LibStdCxx.HighestVersion("x\0GLIBCXX_3.4\0GLIBCXX_3.4.9\0GLIBCXX_3.4.30\0GLIBCXX_3.4.29\0"u8));
        Assert.Null(LibStdCxx.HighestVersion("GLIBCXX_DEBUG_MESSAGE_LENGTH\0"u8));
        Assert.Null(LibStdCxx.HighestVersion("/no/such/file"));
    }
}
