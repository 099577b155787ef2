using System;
using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace TrainDsl.Checkpoints;

/// <summary>
/// Where everything lies in a file to be written: the header's bytes and the order of the tensors. Wider elements come first, else the order
/// is as given: so every tensor starts at a multiple of its element's size without padding, which the format has no place for, and which PyTorch
/// needs to view the bytes of a mapped file in place.
/// </summary>
internal sealed class SafetensorsLayout
{
    // Large enough that a call per piece costs nothing, and far below what a single write may take.
    private const int WriteBytes = 8 << 20;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly SafetensorsTensor[] _tensors;
    private readonly byte[] _prefix;

    /// <exception cref="SafetensorsException">Names or metadata do not make a valid file.</exception>
    public SafetensorsLayout(IReadOnlyList<SafetensorsTensor> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        // OrderBy is stable.
        _tensors = [.. tensors.OrderByDescending(tensor => SafetensorsDtypes.Alignment(tensor.Dtype))];
        _prefix = Prefix(_tensors, metadata);
        FileLength = _prefix.Length + _tensors.Sum(tensor => tensor.ByteLength);
    }

    /// <summary>The bytes of the whole file.</summary>
    public long FileLength { get; }

    /// <summary>Writes the whole file from the tensors' own memory.</summary>
    public void WriteTo(Stream destination)
    {
        destination.Write(_prefix);
        foreach (SafetensorsTensor tensor in _tensors)
        {
            for (long offset = 0; offset < tensor.ByteLength; offset += WriteBytes)
            {
                destination.Write(tensor.Slice(offset, WriteBytes));
            }
        }
    }

    private static byte[] Prefix(SafetensorsTensor[] tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        ArrayBufferWriter<byte> buffer = new();
        buffer.Advance(Clear(buffer.GetSpan(SafetensorsFormat.LengthBytes), SafetensorsFormat.LengthBytes));
        using (Utf8JsonWriter json = new(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            WriteMetadata(json, metadata);
            WriteEntries(json, tensors);
            json.WriteEndObject();
        }

        int padded = (buffer.WrittenCount + 7) & ~7;
        buffer.GetSpan(8)[..(padded - buffer.WrittenCount)].Fill((byte)' ');
        buffer.Advance(padded - buffer.WrittenCount);

        byte[] prefix = buffer.WrittenSpan.ToArray();
        int headerLength = prefix.Length - SafetensorsFormat.LengthBytes;
        if (headerLength > SafetensorsFormat.MaxHeaderBytes)
        {
            throw Refuse(
                SafetensorsError.HeaderTooLarge,
                $"the header takes {headerLength} bytes, {SafetensorsFormat.MaxHeaderBytes} are allowed: use fewer tensors or less metadata");
        }

        BinaryPrimitives.WriteInt64LittleEndian(prefix, headerLength);
        return prefix;
    }

    private static void WriteMetadata(Utf8JsonWriter json, IReadOnlyDictionary<string, string>? metadata)
    {
        if (metadata is null || metadata.Count == 0)
        {
            return;
        }

        json.WriteStartObject(SafetensorsFormat.MetadataKey);

        // A dictionary promises no order: sorted, equal metadata makes equal files.
        foreach ((string key, string value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            json.WriteString(Characters(key, "the metadata key"), Characters(value, $"the metadata '{key}'"));
        }

        json.WriteEndObject();
    }

    private static void WriteEntries(Utf8JsonWriter json, SafetensorsTensor[] tensors)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        long offset = 0;
        foreach (SafetensorsTensor tensor in tensors)
        {
            if (tensor.Name == SafetensorsFormat.MetadataKey)
            {
                throw Refuse(SafetensorsError.ReservedName, $"a tensor is named {SafetensorsFormat.MetadataKey}, which is kept for the metadata");
            }

            if (!names.Add(tensor.Name))
            {
                throw Refuse(SafetensorsError.DuplicateName, $"two tensors are named '{tensor.Name}'");
            }

            json.WriteStartObject(Characters(tensor.Name, "the name"));
            json.WriteString("dtype"u8, SafetensorsDtypes.Name(tensor.Dtype));
            json.WriteStartArray("shape"u8);
            foreach (long size in tensor.Shape)
            {
                json.WriteNumberValue(size);
            }

            json.WriteEndArray();
            json.WriteStartArray("data_offsets"u8);
            json.WriteNumberValue(offset);
            offset += tensor.ByteLength;
            json.WriteNumberValue(offset);
            json.WriteEndArray();
            json.WriteEndObject();
        }
    }

    /// <summary>The text itself, once it is known to survive the way through UTF-8: the JSON writer would replace half a surrogate pair
    /// silently.</summary>
    private static string Characters(string text, string what)
    {
        try
        {
            StrictUtf8.GetByteCount(text);
            return text;
        }
        catch (EncoderFallbackException e)
        {
            throw Refuse(SafetensorsError.InvalidText, $"{what} '{text}' holds half a surrogate pair", e);
        }
    }

    private static int Clear(Span<byte> span, int count)
    {
        span[..count].Clear();
        return count;
    }

    private static SafetensorsException Refuse(SafetensorsError error, string problem, Exception? inner = null) =>
        new(error, null, $"Cannot write a safetensors file: {problem}.", inner);
}
