using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using TrainDsl.Checkpoints;
using Xunit;

namespace TrainDsl.Tests.Checkpoints;

/// <summary>10,000 damaged files: each is refused with the typed exception or is valid in every part.</summary>
[Trait("Category", "Slow")]
public sealed class SafetensorsMutationTests
{
    private const int Files = 10_000;

    [Fact]
    public void A_damaged_file_is_refused_or_whole()
    {
        using TemporaryFolder folder = new();
        SafetensorsMutator mutator = new(seed: 20240229, Originals());
        HashSet<SafetensorsError> errors = [];
        int accepted = 0;
        for (int i = 0; i < Files; i++)
        {
            byte[] file = mutator.Next();
            if (Error(folder, file) is { } error)
            {
                errors.Add(error);
            }
            else
            {
                accepted++;
            }
        }

        // Damage that reaches no rule, or leaves nothing valid, would test little.
        Assert.InRange(accepted, Files / 100, Files / 2);
        Assert.True(errors.Count >= 15, string.Join(", ", errors));
    }

    [PythonFact]
    public void Python_judges_each_damaged_file_the_same()
    {
        using TemporaryFolder folder = new();
        SafetensorsMutator mutator = new(seed: 7, Originals());
        List<byte[]> files = [];
        List<bool> verdicts = [];
        string bundle = folder.File("bundle");
        using (BinaryWriter writer = new(File.Create(bundle)))
        {
            for (int i = 0; i < Files; i++)
            {
                byte[] file = mutator.Next();
                files.Add(file);
                verdicts.Add(Error(folder, file) is null);
                writer.Write((ulong)file.Length);
                writer.Write(file);
            }
        }

        string[] lines = Python.Run("read_safetensors.py", "check", bundle).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(Files, lines.Length);
        for (int i = 0; i < Files; i++)
        {
            Assert.True(
                verdicts[i] == (lines[i].Trim() == "ok"),
                $"file {i}: Python says {lines[i]}, we say {(verdicts[i] ? "ok" : Error(folder, files[i]))}: {Convert.ToHexString(files[i])}");
        }
    }

    /// <summary>The error, or null for a file of which every byte and every part has been seen to be as the header says.</summary>
    private static SafetensorsError? Error(TemporaryFolder folder, byte[] file)
    {
        try
        {
            using SafetensorsReader reader = SafetensorsBytes.Open(folder, file);
            long next = 8 + BitConverter.ToInt64(file);
            foreach (SafetensorsEntry entry in reader.Entries)
            {
                Assert.Same(entry, reader[entry.Name]);
                Assert.True(file.AsSpan((int)next, (int)entry.ByteLength).SequenceEqual(reader.GetSpan(entry)));
                next += entry.ByteLength;
            }

            Assert.Equal(file.Length, next);
            return null;
        }
        catch (SafetensorsException e)
        {
            return e.Error;
        }
    }

    private static List<byte[]> Originals()
    {
        string references = Path.Combine(AppContext.BaseDirectory, "references", "safetensors");
        List<byte[]> originals = [.. Directory.GetFiles(references, "*.safetensors").Order().Select(File.ReadAllBytes)];
        Assert.Equal(4, originals.Count);
        using MemoryStream stream = new();
        SafetensorsWriter.Write(
            stream,
            [
                new SafetensorsTensor("fc.weight", SafetensorsDtype.F32, [16, 16], new byte[1024]),
                new SafetensorsTensor("fc.bias", SafetensorsDtype.F32, [2], new byte[8]),
                new SafetensorsTensor("steps", SafetensorsDtype.I64, [], new byte[8]),
                new SafetensorsTensor("flag", SafetensorsDtype.Bool, [1], new byte[1]),
            ],
            new Dictionary<string, string> { ["format"] = "pt" });
        originals.Add(stream.ToArray());
        return originals;
    }
}
