using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading;
using TrainDsl.Checkpoints;
using Xunit;

namespace TrainDsl.Tests.Checkpoints;

[Trait("Category", "Slow")]
public sealed class CheckpointKillTests
{
    /// <summary>A process that writes checkpoints without a pause is killed at random instants; the next one goes on from what it finds.</summary>
    [Fact]
    public void A_killed_run_leaves_a_loadable_checkpoint()
    {
        const int LeastKills = 12;
        const int MostKills = 60;
        Random random = new(3);
        using TemporaryFolder folder = new();
        CheckpointStore store = new(folder.Path);
        long last = -1;
        int unfinished = 0;

        // On a slow disk most of the time goes into flushes, where a kill leaves no trace: go on until one has fallen into a write.
        for (int kill = 0; kill < LeastKills || (unfinished == 0 && kill < MostKills); kill++)
        {
            using (CheckpointProbe probe = new("write", folder.Path, $"{last + 1}"))
            {
                Assert.Equal("ready", probe.ReadLine());
                long until = last + random.Next(1, 4);
                while (Latest(store) < until)
                {
                    Assert.False(probe.HasExited);
                    Thread.Sleep(1);
                }

                Thread.Sleep(random.Next(0, 30));
                probe.Kill();
            }

            unfinished += Directory.EnumerateDirectories(folder.Path, ".step-*").Any() ? 1 : 0;
            CheckpointInfo latest = store.FindLatest(out IReadOnlyList<CheckpointProblem> skipped)!;
            Assert.Empty(skipped);
            Assert.True(latest.Step > last);
            last = latest.Step;

            Assert.Equal($"{{\"step\":{last}}}", File.ReadAllText(latest.PathOf("state.json")));
            using SafetensorsReader reader = SafetensorsReader.Open(latest.PathOf("model.safetensors"));
            ReadOnlySpan<long> steps = MemoryMarshal.Cast<byte, long>(reader.GetSpan(reader["steps"]));
            Assert.Equal(100_000, steps.Length);
            Assert.Equal(-1, steps.IndexOfAnyExcept(last));
        }

        // Kills that all fell between two checkpoints would prove nothing.
        Assert.True(unfinished > 0, string.Join(" ", Checkpoint.Names(folder.Path)));
    }

    private static long Latest(CheckpointStore store) => store.List().Good.Select(checkpoint => checkpoint.Step).FirstOrDefault(-1);
}
