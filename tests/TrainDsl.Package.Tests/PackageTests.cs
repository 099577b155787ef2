using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection.Metadata;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xunit;

namespace TrainDsl.Package.Tests;

public sealed partial class PackageTests(PackedRepository repository) : IClassFixture<PackedRepository>
{
    private static readonly Guid s_sourceLink = new("CC110556-A091-4D38-9FEC-25AB9A351A6A");

    [Fact]
    public void ThePackageCarriesTheLibraryAndTheCompilersHalf()
    {
        PackageFile package = repository.Open("TrainDsl", "nupkg");
        Assert.Equal(
            [
                "README.md",
                "analyzers/dotnet/cs/TrainDsl.CodeFixes.dll",
                "analyzers/dotnet/cs/TrainDsl.Generator.dll",
                "buildTransitive/TrainDsl.props",
                "buildTransitive/TrainDsl.targets",
                "icon.png",
                "lib/net10.0/TrainDsl.dll",
                "lib/net10.0/TrainDsl.xml",
            ],
            package.Files);
        Assert.Equal("MIT", package.Value("license"));
        Assert.Equal("icon.png", package.Value("icon"));
        Assert.Equal("README.md", package.Value("readme"));
        Assert.DoesNotContain("{", Encoding.UTF8.GetString(package.Read("buildTransitive/TrainDsl.props")), StringComparison.Ordinal);
    }

    [Fact]
    public void ThePackageDependsOnWhatTheLibraryUsesAlone()
    {
        IEnumerable<string> dependencies = repository.Open("TrainDsl", "nupkg").Metadata.Descendants()
            .Where(static element => element.Name.LocalName == "dependency")
            .Select(static element => element.Attribute("id")!.Value)
            .Order(StringComparer.Ordinal);
        IEnumerable<string> references = XDocument.Load(Path.Combine(PackedRepository.Root, "src", "TrainDsl", "TrainDsl.csproj"))
            .Descendants("PackageReference")
            .Where(static reference => reference.Attribute("PrivateAssets") is null)
            .Select(static reference => reference.Attribute("Include")!.Value)
            .Order(StringComparer.Ordinal);
        Assert.Equal(references, dependencies);
        Assert.Contains("TorchSharp", dependencies);
    }

    [Fact]
    public void TheSymbolsLeadToTheSourcesAndNameNoFolderOfTheMachine()
    {
        PackageFile symbols = repository.Open("TrainDsl", "snupkg");
        Assert.Equal(["lib/net10.0/TrainDsl.pdb"], symbols.Files);

        using var stream = new MemoryStream(symbols.Read("lib/net10.0/TrainDsl.pdb"));
        using MetadataReaderProvider provider = MetadataReaderProvider.FromPortablePdbStream(stream);
        MetadataReader reader = provider.GetMetadataReader();
        string[] documents = [.. reader.Documents.Select(handle => reader.GetString(reader.GetDocument(handle).Name))];
        Assert.NotEmpty(documents);

        // Outside a clone there is no commit to lead to.
        if (Path.Exists(Path.Combine(PackedRepository.Root, ".git")))
        {
            Assert.All(documents, static document => Assert.StartsWith("/_", document, StringComparison.Ordinal));
            string links = Assert.Single(reader.CustomDebugInformation.Select(reader.GetCustomDebugInformation)
                .Where(information => reader.GetGuid(information.Kind) == s_sourceLink)
                .Select(information => Encoding.UTF8.GetString(reader.GetBlobBytes(information.Value))));
            Assert.Matches("\"/_/\\*\":\"https://[^\"]+/[0-9a-f]{40}/\\*\"", links);
        }
    }

    [Fact]
    public void TheRepositoryPacksTheseTwoAlone()
    {
        static bool? SaysPackable(string path)
            => (bool?)XDocument.Load(path).Descendants("IsPackable").SingleOrDefault();

        Assert.False(SaysPackable(Path.Combine(PackedRepository.Root, "Directory.Build.props")));
        IEnumerable<string> packable = SolutionProject().Matches(File.ReadAllText(Path.Combine(PackedRepository.Root, "TrainDsl.sln")))
            .Select(static match => Path.Combine(PackedRepository.Root, match.Groups[1].Value.Replace('\\', Path.DirectorySeparatorChar)))
            .Where(static path => SaysPackable(path) == true)
            .Select(static path => Path.GetFileNameWithoutExtension(path))
            .Order(StringComparer.Ordinal);
        Assert.Equal(["TrainDsl", "TrainDsl.Templates"], packable);
    }

    [Fact]
    public void AProjectFromTheTemplateBuildsAndTrains()
    {
        ProgramRun build = repository.Dotnet("build", repository.Project, "-c", "Release").Succeeded();
        Assert.Contains(" 0 Warning(s)", build.Output, StringComparison.Ordinal);

        string program = Path.Combine(repository.Project, "bin", "Release", "net10.0", "MyRun.dll");
        ProgramRun run = repository.Dotnet(program).Succeeded();
        Match result = ValidationResult().Match(run.Output);
        Assert.True(result.Success, run.Output);

        // 2000 samples in global batches of 64, the last one partial, for 10 epochs.
        Assert.Equal("320", result.Groups["steps"].Value);
        Assert.True(double.Parse(result.Groups["accuracy"].Value, System.Globalization.CultureInfo.InvariantCulture) > 95.0, run.Output);
    }

    [Fact]
    public void AWrongPlanFailsTheBuildAtTheDefinition()
    {
        string project = repository.CopyOfProject("WrongPlan");
        Edit(Path.Combine(project, "MoonTraining.cs"), "[MicroBatch(32)]", "[MicroBatch(24)]");
        ProgramRun build = repository.Dotnet("build", project, "-c", "Release");
        Assert.NotEqual(0, build.ExitCode);
        string[] errors = [.. Errors().Matches(build.Output).Select(static match => match.Value).Distinct(StringComparer.Ordinal)];
        Assert.True(
            errors is ["MoonTraining.cs(12,13): error TDSL0103: Global batch 64 is not micro-batch 24 x devices 1 x accumulation 2 = 48."],
            build.Output);
    }

    [Fact]
    public void AProgramWithoutLibtorchIsToldWhichPackageToAdd()
    {
        string project = repository.CopyOfProject("WithoutLibtorch");
        string file = Path.Combine(project, "MyRun.csproj");
        File.WriteAllLines(file, File.ReadAllLines(file).Where(static line => !line.Contains("Include=\"libtorch-cpu-", StringComparison.Ordinal)));
        ProgramRun build = repository.Dotnet("build", project, "-c", "Release").Succeeded();
        Assert.Contains("warning TDSLPKG01: MyRun uses TrainDsl but no libtorch package", build.Output, StringComparison.Ordinal);
        Assert.Matches("<PackageReference Include=\"libtorch-cpu-[a-z0-9-]+\" Version=\"[0-9.]+\" />", build.Output);
    }

    private static void Edit(string file, string old, string replacement)
    {
        string text = File.ReadAllText(file);
        Assert.Contains(old, text, StringComparison.Ordinal);
        File.WriteAllText(file, text.Replace(old, replacement, StringComparison.Ordinal));
    }

    [GeneratedRegex("\"([^\"]+\\.csproj)\"")]
    private static partial Regex SolutionProject();

    [GeneratedRegex(@"Validation accuracy (?<accuracy>[0-9.]+) ?% after (?<steps>[0-9]+) steps\.")]
    private static partial Regex ValidationResult();

    // Without the folder before, and what may fit and the project after.
    [GeneratedRegex(@"(?<=[/\\])[^/\\]+: error [A-Z0-9]+: [^.]+\.")]
    private static partial Regex Errors();
}
