using System;
using System.IO;
using Xunit;

namespace TrainDsl.Package.Tests;

/// <summary>
/// Both packages, packed under a version of their own into a folder of their own, and a project made from the template. The build has output
/// folders of its own too, so that it leaves alone those of the build that runs the tests.
/// </summary>
public sealed class PackedRepository : IDisposable
{
    private const string ProjectName = "MyRun";

    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(8);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("traindsl-package-");

    // Below the root, as the folders of every other build are: symbols name what is generated there relative to the root.
    private readonly DirectoryInfo _artifacts = Directory.CreateDirectory(Path.Combine(Root, "artifacts", $"package-tests-{Guid.NewGuid():N}"));

    /// <summary>Packs, installs the template into a hive of its own, and makes the project.</summary>
    public PackedRepository()
    {
        try
        {
            Pack("src/TrainDsl");
            Pack("templates/TrainDsl.Templates");

            // Beside the sources that are configured already, for every project below the folder.
            File.WriteAllText(Path.Combine(_folder.FullName, "nuget.config"), $"""
                <configuration>
                  <packageSources>
                    <add key="packed" value="{Feed}" />
                  </packageSources>
                </configuration>
                """);
            string hive = Path.Combine(_folder.FullName, "hive");
            Dotnet("new", "install", Path.Combine(Feed, $"TrainDsl.Templates.{Version}.nupkg"), "--debug:custom-hive", hive).Succeeded();
            Dotnet("new", "traindsl", "-n", ProjectName, "--debug:custom-hive", hive).Succeeded();
        }
        catch
        {
            // The fixture's own Dispose is not called when its constructor throws.
            Dispose();
            throw;
        }
    }

    /// <summary>The repository's root.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>A version that no other pack has, because the package cache keeps the first content it sees under a version.</summary>
    public string Version { get; } = $"0.1.0-test.{DateTime.UtcNow.Ticks}";

    /// <summary>The project made from the template. Tests that change it work on a copy.</summary>
    internal string Project => Path.Combine(_folder.FullName, ProjectName);

    private string Feed => Path.Combine(_folder.FullName, "feed");

    /// <summary>Opens a package by its id and the extension of its file.</summary>
    internal PackageFile Open(string id, string extension) => new(Path.Combine(Feed, $"{id}.{Version}.{extension}"));

    /// <summary>Copies the sources of the project to a folder beside it.</summary>
    internal string CopyOfProject(string folderName)
    {
        string copy = Path.Combine(_folder.FullName, folderName);
        Directory.CreateDirectory(copy);
        foreach (string file in Directory.EnumerateFiles(Project))
        {
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }

        return copy;
    }

    /// <summary>Runs dotnet beside the project.</summary>
    internal ProgramRun Dotnet(params string[] arguments) => ProgramRun.Dotnet(_folder.FullName, s_limit, arguments);

    /// <inheritdoc/>
    public void Dispose()
    {
        _folder.Delete(recursive: true);
        _artifacts.Delete(recursive: true);
        string cached = Path.Combine(PackageCache(), "traindsl", Version);
        if (Directory.Exists(cached))
        {
            Directory.Delete(cached, recursive: true);
        }
    }

    private static string PackageCache()
        => Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } folder
            ? folder
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "TrainDsl.sln")))
        {
            folder = folder.Parent;
        }

        Assert.True(folder is not null, $"No folder above '{AppContext.BaseDirectory}' has TrainDsl.sln.");
        return folder.FullName;
    }

    private void Pack(string project)
        => ProgramRun.Dotnet(Root, s_limit, "pack", project, "-c", "Release", "-o", Feed, $"-p:Version={Version}",
            "--artifacts-path", _artifacts.FullName).Succeeded();
}
