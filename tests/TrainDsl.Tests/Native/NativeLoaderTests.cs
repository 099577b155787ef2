using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using TorchSharp;
using TrainDsl.Native;
using Xunit;

namespace TrainDsl.Tests.Native;

public class NativeLoaderTests
{
    private const string LibTorchSharp = "libLibTorchSharp.so";

    [Fact]
    public void Loads_torchsharp_in_this_process()
    {
        Parallel.For(0, 8, _ => NativeLibraries.Register());
        Parallel.For(0, 4, _ => NativeLibraries.EnsureLoaded());

        using torch.Tensor sum = torch.ones(2, 2).sum();
        Assert.Equal(4f, sum.item<float>());
    }

    [Fact]
    public void Serves_other_assemblies_with_the_same_libraries()
    {
        NativeLibraries.EnsureLoaded();
        Assembly ours = typeof(NativeLibraries).Assembly;
        nint fromOurs = NativeLibrary.Load("LibTorchSharp", ours, null);
        nint fromTorchSharp = NativeLibrary.Load("LibTorchSharp", typeof(torch).Assembly, null);
        Assert.Equal(NativeLibrary.GetExport(fromTorchSharp, "THSTensor_ones"), NativeLibrary.GetExport(fromOurs, "THSTensor_ones"));

        // What LibTorchSharp itself calls and what a P/Invoke of ours calls has to be one libtorch.
        nint torchCpu = NativeLibrary.Load("torch_cpu", ours, null);
        Assert.True(NativeLibrary.TryGetExport(torchCpu, "aoti_torch_abi_version", out nint export));
        Assert.Equal(export, NativeLibrary.GetExport(fromTorchSharp, "aoti_torch_abi_version"));
        Assert.True(NativeLibrary.TryLoad("c10", ours, null, out _));
    }

    [LinuxX64Fact]
    public async Task Copies_only_where_libstdcxx_is_old()
    {
        using var folder = new TemporaryFolder();
        foreach (string how in new[] { "sum", "ensure" })
        {
            (int exitCode, string output) = await LoaderProbe.BesideTests(folder["cache"]).Run(how);
            Assert.True(exitCode == 0, output);
            Assert.Contains("sum=4", output, StringComparison.Ordinal);
            string[] copies = Files(folder["cache"]);
            string used = Assert.Single(LinuxX64.HasNewLibStdCxx ? [LoaderProbe.Output(LibTorchSharp)] : copies);
            Assert.Contains($"library={used}", output, StringComparison.Ordinal);
            Assert.Equal(LinuxX64.HasNewLibStdCxx ? 0 : 1, copies.Length);
        }
    }

    [LinuxX64Theory]
    [InlineData("environment")]
    [InlineData("switch")]
    public async Task Does_nothing_when_turned_off(string by)
    {
        using var folder = new TemporaryFolder();
        LoaderProbe probe = LoaderProbe.BesideTests(folder["cache"]);
        if (by == "environment")
        {
            probe.With("TRAINDSL_DISABLE_NATIVE_LOADER", "1");
        }
        else
        {
            JsonNode configuration = JsonNode.Parse(await File.ReadAllTextAsync(probe.RuntimeConfiguration))!;
            configuration["runtimeOptions"]!["configProperties"]!["TrainDsl.DisableNativeLoader"] = true;
            probe.RuntimeConfiguration = folder["runtimeconfig.json"];
            await File.WriteAllTextAsync(probe.RuntimeConfiguration, configuration.ToJsonString());
        }

        (int exitCode, string output) = await probe.Run("sum");
        (int ensureExitCode, string ensureOutput) = await probe.Run("ensure");

        Assert.Empty(Files(folder["cache"]));
        if (LinuxX64.HasNewLibStdCxx)
        {
            Assert.Contains("sum=4", output, StringComparison.Ordinal);
            Assert.Contains("sum=4", ensureOutput, StringComparison.Ordinal);
            return;
        }

        Assert.Equal((1, 1), (exitCode, ensureExitCode));
        Assert.Contains("Failed to load native component LibTorchSharp", output, StringComparison.Ordinal);
        Assert.DoesNotContain("sum=", output, StringComparison.Ordinal);
        Assert.Contains("NativeLoadException", ensureOutput, StringComparison.Ordinal);
        Assert.Contains("needs GLIBCXX_3.4.32", ensureOutput, StringComparison.Ordinal);
        Assert.Contains("is turned off", ensureOutput, StringComparison.Ordinal);
    }

    [LinuxX64Fact]
    public async Task Is_safe_in_several_processes_at_once()
    {
        using var folder = new TemporaryFolder();
        (int ExitCode, string Output)[] runs =
            await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => LoaderProbe.BesideTests(folder["cache"]).Run("ensure")));

        Assert.All(runs, run => Assert.Contains("sum=4", run.Output, StringComparison.Ordinal));
        Assert.Equal(LinuxX64.HasNewLibStdCxx ? 0 : 1, Files(folder["cache"]).Length);
    }

    [LinuxX64Fact]
    public async Task Repairs_a_damaged_copy()
    {
        using var folder = new TemporaryFolder();
        await LoaderProbe.BesideTests(folder["cache"]).Run("ensure");
        foreach (string copy in Files(folder["cache"]))
        {
            await File.WriteAllTextAsync(copy, "damaged");
        }

        (_, string output) = await LoaderProbe.BesideTests(folder["cache"]).Run("ensure");

        Assert.Contains("sum=4", output, StringComparison.Ordinal);
    }

    [LinuxX64Fact]
    public async Task Leaves_nothing_behind_where_the_cache_cannot_be_written()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["file"], "not a folder");
        Directory.CreateDirectory(folder["temporary"]);

        (_, string output) = await LoaderProbe.BesideTests(folder["file/cache"]).With("TMPDIR", folder["temporary"]).Run("ensure");

        Assert.Contains("sum=4", output, StringComparison.Ordinal);
        Assert.Equal(!LinuxX64.HasNewLibStdCxx, output.Contains($"library={folder["temporary"]}", StringComparison.Ordinal));
        Assert.DoesNotContain(Files(folder["temporary"]), file => file.EndsWith(".so", StringComparison.Ordinal));
    }

    [LinuxX64Fact]
    public async Task Finds_libtorch_in_another_folder()
    {
        using var folder = new TemporaryFolder();
        var probe = LoaderProbe.Alone(folder["app"], folder["cache"]);
        File.CreateSymbolicLink(folder["app/" + LibTorchSharp], LoaderProbe.Output(LibTorchSharp));
        string natives = Directory.CreateDirectory(folder["app/runtimes/linux-x64/native"]).FullName;
        foreach (string file in Natives())
        {
            File.CreateSymbolicLink(Path.Combine(natives, Path.GetFileName(file)), file);
        }

        (_, string output) = await probe.Run("ensure");

        Assert.Contains("sum=4", output, StringComparison.Ordinal);
    }

    [LinuxX64Fact]
    public async Task Explains_that_libtorch_is_missing()
    {
        using var folder = new TemporaryFolder();
        var probe = LoaderProbe.Alone(folder["app"], folder["cache"]);
        File.CreateSymbolicLink(folder["app/" + LibTorchSharp], LoaderProbe.Output(LibTorchSharp));

        (int exitCode, string output) = await probe.Run("ensure");
        Assert.Equal(1, exitCode);
        Assert.Contains("libc10.so is in none of the folders searched", output, StringComparison.Ordinal);
        Assert.Contains("reference the package libtorch-cpu-linux-x64", output, StringComparison.Ordinal);

        // Whoever uses TorchSharp before the loader is asked finds an explanation within TorchSharp's own message. Which one depends on
        // the machine: TorchSharp may by then have loaded a libtorch of the system.
        (exitCode, output) = await probe.Run("sum");
        Assert.Equal(1, exitCode);
        Assert.Contains("TorchSharp's native library cannot be loaded: ", output, StringComparison.Ordinal);
        Assert.Contains("Remedy: reference the package libtorch-cpu-linux-x64", output, StringComparison.Ordinal);
    }

    [LinuxX64Fact]
    public async Task Does_not_bind_torchsharp_to_a_libtorch_of_another_version()
    {
        using var folder = new TemporaryFolder();
        var probe = LoaderProbe.Alone(folder["app"], folder["cache"]);
        File.CreateSymbolicLink(folder["app/" + LibTorchSharp], LoaderProbe.Output(LibTorchSharp));
        File.CreateSymbolicLink(folder["app/libc10.so"], LoaderProbe.Output("libc10.so"));
        string foreign = Directory.CreateDirectory(folder["foreign"]).FullName + "/libtorch_cpu.so";
        File.Copy(Natives().First(file => Path.GetFileName(file).StartsWith("libgomp", StringComparison.Ordinal)), foreign);

        (int exitCode, string output) = await probe.With("LD_LIBRARY_PATH", folder["foreign"]).Run("sum");

        Assert.Equal(1, exitCode);
        Assert.Contains("has loaded a libtorch_cpu.so of another version", output, StringComparison.Ordinal);
        Assert.Contains("Library: " + foreign, output, StringComparison.Ordinal);
    }

    [LinuxX64Fact]
    public async Task Explains_that_a_library_is_damaged()
    {
        using var folder = new TemporaryFolder();
        var probe = LoaderProbe.Alone(folder["app"], folder["cache"]);
        File.CreateSymbolicLink(folder["app/" + LibTorchSharp], LoaderProbe.Output(LibTorchSharp));
        await File.WriteAllTextAsync(folder["app/libc10.so"], "version https://git-lfs.github.com/spec/v1\n" + new string(' ', 4096));

        (int exitCode, string output) = await probe.Run("ensure");

        Assert.Equal(1, exitCode);
        Assert.Contains("NativeLoadException", output, StringComparison.Ordinal);
        Assert.Contains("damaged, or made for another processor", output, StringComparison.Ordinal);
        Assert.Contains(folder["app/libc10.so"], output, StringComparison.Ordinal);
    }

    [LinuxX64Fact]
    public async Task Adjusts_no_library_it_does_not_know()
    {
        using var folder = new TemporaryFolder();
        var probe = LoaderProbe.Alone(folder["app"], folder["cache"]);
        foreach (string file in Natives())
        {
            File.CreateSymbolicLink(folder["app/" + Path.GetFileName(file)], file);
        }

        // Binds std::condition_variable::wait to the version that only the marker may have.
        byte[] library = await File.ReadAllBytesAsync(LoaderProbe.Output(LibTorchSharp));
        BinaryPrimitives.WriteUInt16LittleEndian(library.AsSpan(0x3dfae + (2 * 1017)), 18);
        await File.WriteAllBytesAsync(folder["app/" + LibTorchSharp], library);

        (int exitCode, string output) = await probe.Run("ensure");

        Assert.Empty(Files(folder["cache"]));
        if (!LinuxX64.HasNewLibStdCxx)
        {
            Assert.Equal(1, exitCode);
            Assert.Contains("did not adjust a copy of it: more than one symbol is bound to GLIBCXX_3.4.32.", output, StringComparison.Ordinal);
            Assert.Contains("install libstdc++ of GCC 13 or later", output, StringComparison.Ordinal);
        }
    }

    private static IEnumerable<string> Natives() =>
        Directory.GetFiles(AppContext.BaseDirectory, "lib*.so*").Where(file => Path.GetFileName(file) != LibTorchSharp);

    private static string[] Files(string folder) =>
        Directory.Exists(folder) ? Directory.GetFiles(folder, "*", SearchOption.AllDirectories) : [];
}
