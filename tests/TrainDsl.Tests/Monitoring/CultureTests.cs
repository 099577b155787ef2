using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using TrainDsl.Tests.Checkpoints;
using Xunit;

namespace TrainDsl.Tests.Monitoring;

/// <summary>Whole runs in a process with ICU's cultures: what they print and write is the same everywhere.</summary>
public sealed partial class CultureTests : IDisposable
{
    private static readonly Lazy<(string Output, Dictionary<string, byte[]> Files)> Invariant = new(static () =>
    {
        using var folder = new TemporaryFolder();
        return Train(folder, "C", invariant: true);
    });

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // A comma for the point; U+2212 for minus; digits and a calendar of its own; marks of direction; i without a dot; the Buddhist year.
    [Theory]
    [InlineData("de_DE")]
    [InlineData("sv_SE")]
    [InlineData("fa_IR")]
    [InlineData("ar_SA")]
    [InlineData("tr_TR")]
    [InlineData("th_TH")]
    public void ARunIsTheSameInEveryCulture(string culture)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        (string output, Dictionary<string, byte[]> files) = Train(_folder, culture + ".UTF-8", invariant: false);

        Assert.Contains($"culture {culture.Replace('_', '-')}", output, StringComparison.Ordinal);
        Assert.Equal(
            CultureLine().Replace(Invariant.Value.Output, ""), CultureLine().Replace(output, ""), ignoreLineEndingDifferences: true);
        Assert.Equal(Invariant.Value.Files.Keys.Order(), files.Keys.Order());
        Assert.All(files, file => Assert.Equal(Invariant.Value.Files[file.Key], file.Value));
    }

    private static (string Output, Dictionary<string, byte[]> Files) Train(TemporaryFolder folder, string culture, bool invariant)
    {
        string checkpoints = folder.File("checkpoints");
        var start = new ProcessStartInfo(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "TrainDsl.Tests.CheckpointProbe.dll"), "cultured", checkpoints])
        {
            RedirectStandardOutput = true,
        };
        start.Environment["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = invariant ? "1" : "0";
        start.Environment["LC_ALL"] = culture;
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        Assert.Matches(@"loss -?\d\.\d{4}", output);

        // Time and place differ from run to run, in the figures of a line and in the name of the folder of earlier checkpoints.
        string text = Pace().Replace(output.Replace(checkpoints, "FOLDER", StringComparison.Ordinal), "");
        Assert.Matches(@"earlier-2\d{3}", text);
        text = Earlier().Replace(text, match => match.Value.StartsWith("earlier-25", StringComparison.Ordinal) ? "earlier-wrong" : "earlier");
        return (text, Directory.EnumerateFiles(checkpoints, "*", SearchOption.AllDirectories)
            .Where(static file => Path.GetFileName(file) is "state.json" or "manifest.json" or "model.safetensors")
            .ToDictionary(file => Earlier().Replace(Path.GetRelativePath(checkpoints, file), "earlier"), File.ReadAllBytes));
    }

    [GeneratedRegex(@"  [\d.]+ s$|in [\d.]+ s, [\d,]+ samples/s", RegexOptions.Multiline)]
    private static partial Regex Pace();

    [GeneratedRegex(@"earlier-[^/'\\]+")]
    private static partial Regex Earlier();

    [GeneratedRegex("^culture .*$", RegexOptions.Multiline)]
    private static partial Regex CultureLine();
}
