using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Runtime.InteropServices;
using System.Threading.Tasks;

namespace TrainDsl.Tests.Native;

/// <summary>Starts the program tests/TrainDsl.Tests.LoaderProbe, which loads TorchSharp in a fresh process.</summary>
internal sealed class LoaderProbe
{
    private const string Assembly = "TrainDsl.Tests.LoaderProbe.dll";
    private static readonly string[] ManagedFiles =
        [Assembly, "TrainDsl.dll", "TorchSharp.dll", "Google.Protobuf.dll", "ICSharpCode.SharpZipLib.dll", "SkiaSharp.dll"];

    private readonly string _folder;
    private readonly Dictionary<string, string> _environment = [];

    private LoaderProbe(string folder, string cache)
    {
        _folder = folder;
        RuntimeConfiguration = Output("TrainDsl.Tests.runtimeconfig.json");
        _environment["XDG_CACHE_HOME"] = cache;

        // Keeps TorchSharp from copying all of libtorch out of the NuGet cache, which it tries when loading fails.
        _environment["NUGET_PACKAGES"] = Path.Combine(cache, "no-packages");
    }

    public string RuntimeConfiguration { get; set; }

    /// <summary>The program among the files of the tests, natives included.</summary>
    /// <param name="cache">The folder that is to be the cache of the user.</param>
    public static LoaderProbe BesideTests(string cache) => new(AppContext.BaseDirectory, cache);

    /// <summary>The program in a folder of its own, without natives.</summary>
    public static LoaderProbe Alone(string folder, string cache)
    {
        Directory.CreateDirectory(folder);
        foreach (string file in ManagedFiles)
        {
            File.Copy(Output(file), Path.Combine(folder, file));
        }

        return new LoaderProbe(folder, cache);
    }

    /// <summary>The path of a file of the tests.</summary>
    public static string Output(string file) => Path.Combine(AppContext.BaseDirectory, file);

    public LoaderProbe With(string variable, string value)
    {
        _environment[variable] = value;
        return this;
    }

    /// <summary>Runs the program to its end.</summary>
    /// <param name="how"><c>sum</c> or <c>ensure</c>.</param>
    /// <returns>Its exit status and all it wrote.</returns>
    public async Task<(int ExitCode, string Output)> Run(string how)
    {
        string host = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../../dotnet"));
        var start = new ProcessStartInfo(host) { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] dependencies = _folder == AppContext.BaseDirectory ? ["--depsfile", Output("TrainDsl.Tests.deps.json")] : [];
        string[] arguments = ["exec", "--runtimeconfig", RuntimeConfiguration, .. dependencies, Path.Combine(_folder, Assembly), how];
        Array.ForEach(arguments, start.ArgumentList.Add);
        start.Environment.Remove("TRAINDSL_DISABLE_NATIVE_LOADER");
        foreach ((string variable, string value) in _environment)
        {
            start.Environment[variable] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await errors);
    }
}
