using System;
using System.IO;

namespace TrainDsl.Generator.Tests.Documentation;

/// <summary>The repository that the tests were built from.</summary>
internal static class Repository
{
    public static readonly string Root = Find();

    private static string Find()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "TrainDsl.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new DirectoryNotFoundException($"No TrainDsl.sln above {AppContext.BaseDirectory}.");
    }
}
