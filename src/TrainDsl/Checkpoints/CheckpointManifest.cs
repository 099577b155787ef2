using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace TrainDsl.Checkpoints;

/// <summary>What <c>manifest.json</c> says: which files make up the checkpoint, how long they are, and their checksums.</summary>
internal sealed partial record CheckpointManifest(long Step, IReadOnlyList<CheckpointManifestFile> Files)
{
    public const string FileName = "manifest.json";

    /// <summary>The version of the folder's layout that this code writes and reads.</summary>
    public const int FormatVersion = 1;

    // A checkpoint has a handful of files; anything larger is no manifest and is not read.
    private const int MaxBytes = 1 << 20;

    public byte[] ToJson()
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("formatVersion"u8, FormatVersion);
            json.WriteNumber("step"u8, Step);
            json.WriteStartArray("files"u8);
            foreach (CheckpointManifestFile file in Files)
            {
                json.WriteStartObject();
                json.WriteString("name"u8, file.Name);
                json.WriteNumber("size"u8, file.Size);
                json.WriteString("xxh128"u8, file.Checksum);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads a manifest as it is on disk.</summary>
    /// <param name="path">The manifest.</param>
    /// <param name="problem">Why it is not usable; empty if it is.</param>
    /// <param name="kind">The kind of that problem.</param>
    /// <returns>The manifest, or null where it is not usable.</returns>
    /// <exception cref="IOException">It is there but cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static CheckpointManifest? Read(string path, out string problem, out CheckpointProblemKind kind)
    {
        kind = CheckpointProblemKind.Damaged;
        problem = RegularFile.Problem(path, MaxBytes);
        if (problem.Length > 0)
        {
            problem = $"{FileName} {problem}";
            return null;
        }

        try
        {
            using JsonDocument json = JsonDocument.Parse(RegularFile.ReadAll(path, MaxBytes), new JsonDocumentOptions { AllowDuplicateProperties = false });
            return FromJson(json.RootElement, out problem, ref kind);
        }
        catch (Exception e) when (e is JsonException or DecoderFallbackException or InvalidOperationException)
        {
            // InvalidOperationException: a string that is not valid Unicode.
            problem = $"{FileName} is not valid JSON: {e.Message}";
            return null;
        }
    }

    private static CheckpointManifest? FromJson(JsonElement root, out string problem, ref CheckpointProblemKind kind)
    {
        if (!TryGetLong(root, "formatVersion", out long version) || version < 1)
        {
            problem = $"{FileName} has no formatVersion";
            return null;
        }

        if (version > FormatVersion)
        {
            kind = CheckpointProblemKind.NewerFormat;
            problem = $"{FileName} has format version {version}, and this version of TrainDsl reads up to {FormatVersion}: resume with a newer one";
            return null;
        }

        if (!TryGetLong(root, "step", out long step) || !root.TryGetProperty("files", out JsonElement list) || list.ValueKind != JsonValueKind.Array)
        {
            problem = $"{FileName} has no step or no files";
            return null;
        }

        List<CheckpointManifestFile> files = [];
        foreach (JsonElement item in list.EnumerateArray())
        {
            if (!TryGetLong(item, "size", out long size)
                || !TryGetString(item, "name", out string name)
                || !TryGetString(item, "xxh128", out string checksum)
                || size < 0
                || !IsPlainFileName(name)
                || !Checksum().IsMatch(checksum)
                || files.Any(file => file.Name == name))
            {
                problem = $"entry {files.Count} of the files in {FileName} is not a distinct plain name with a size and a checksum";
                return null;
            }

            files.Add(new CheckpointManifestFile(name, size, checksum));
        }

        problem = string.Empty;
        return new CheckpointManifest(step, files);
    }

    /// <summary>Whether a name stays within the checkpoint's folder on every system.</summary>
    public static bool IsPlainFileName(string name) => PlainName().IsMatch(name) && !name.StartsWith('.') && name != FileName;

    private static bool TryGetLong(JsonElement element, string name, out long value)
    {
        value = 0;
        return element.ValueKind == JsonValueKind.Object
            && element.TryGetProperty(name, out JsonElement property)
            && property.ValueKind == JsonValueKind.Number
            && property.TryGetInt64(out value);
    }

    private static bool TryGetString(JsonElement element, string name, out string value)
    {
        bool found = element.TryGetProperty(name, out JsonElement property) && property.ValueKind == JsonValueKind.String;
        value = found ? property.GetString()! : string.Empty;
        return found;
    }

    [GeneratedRegex(@"\A[A-Za-z0-9._-]{1,200}\z")]
    private static partial Regex PlainName();

    [GeneratedRegex(@"\A[0-9a-f]{32}\z")]
    private static partial Regex Checksum();
}
