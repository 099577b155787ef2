using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using TorchSharp;

namespace TrainDsl.Native;

/// <summary>The folders in which the native libraries of TorchSharp can lie, the likeliest first.</summary>
internal static class TorchLibraryFolders
{
    private const string Runtime = "runtimes/linux-x64/native";

    /// <summary>Lists the folders that exist, each once.</summary>
    public static List<string> Find()
    {
        var folders = new List<string>();
        if (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") is string searched)
        {
            folders.AddRange(searched.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries));
        }

        folders.Add(AppContext.BaseDirectory);
        folders.Add(Path.Combine(AppContext.BaseDirectory, Runtime));

        // Empty for a program published as a single file, whose natives lie in the folders above.
        if (Path.GetDirectoryName(typeof(torch).Assembly.Location) is { Length: > 0 } torchSharp)
        {
            folders.Add(torchSharp);
            folders.Add(Path.Combine(torchSharp, Runtime));

            // In the NuGet cache, TorchSharp.dll lies in lib/<framework> of its package.
            folders.Add(Path.Combine(torchSharp, "../..", Runtime));
        }

        return [.. folders.Select(Path.GetFullPath).Select(Path.TrimEndingDirectorySeparator).Distinct().Where(Directory.Exists)];
    }
}
