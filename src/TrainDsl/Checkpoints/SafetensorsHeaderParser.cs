using System;
using System.Collections.Generic;
using System.Text.Json;
using System.Text.Unicode;

namespace TrainDsl.Checkpoints;

/// <summary>
/// Reads and validates a safetensors header. What it allocates is bounded by the bytes of the header that are really there, never by a number
/// written in them. It keeps to the letter of the format where the format's own library is more lenient: that
/// one takes duplicate names, keys of a tensor that are not defined (and may change what its bytes mean), null for metadata, and leading white space.
/// </summary>
internal ref struct SafetensorsHeaderParser
{
    private readonly string _path;
    private readonly long _dataLength;
    private readonly List<SafetensorsEntry> _entries = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _metadata = new(StringComparer.Ordinal);
    private readonly List<long> _shape = [];
    private Utf8JsonReader _json;

    private SafetensorsHeaderParser(ReadOnlySpan<byte> header, long dataLength, string path)
    {
        _path = path;
        _dataLength = dataLength;

        // An object of tensors, each an object with arrays: nothing valid nests deeper.
        _json = new Utf8JsonReader(header, new JsonReaderOptions { MaxDepth = 3 });
    }

    /// <param name="header">The bytes of the header alone.</param>
    /// <param name="dataLength">The bytes of the file that follow the header.</param>
    /// <param name="path">The file, for messages.</param>
    /// <exception cref="SafetensorsException">The header breaks a rule of the format.</exception>
    public static SafetensorsHeader Parse(ReadOnlySpan<byte> header, long dataLength, string path)
    {
        if (header.IsEmpty || header[0] != (byte)'{')
        {
            string found = header.IsEmpty ? "an empty header" : $"byte 0x{header[0]:x2}";
            throw Refuse(path, SafetensorsError.HeaderNotAnObject, SafetensorsFormat.LengthBytes, $"found {found}, expected '{{'");
        }

        if (!Utf8.IsValid(header))
        {
            throw Refuse(path, SafetensorsError.InvalidText, SafetensorsFormat.LengthBytes, "the header is not valid UTF-8");
        }

        SafetensorsHeaderParser parser = new(header, dataLength, path);
        try
        {
            return parser.ParseObject();
        }
        catch (JsonException e)
        {
            throw Refuse(
                path,
                SafetensorsError.InvalidJson,
                SafetensorsFormat.LengthBytes + parser._json.BytesConsumed,
                $"the header is not valid JSON: {e.Message}",
                e);
        }
    }

    private SafetensorsHeader ParseObject()
    {
        bool hasMetadata = false;
        _json.Read();
        while (Next() != JsonTokenType.EndObject)
        {
            string name = Text("a name");
            if (name == SafetensorsFormat.MetadataKey)
            {
                if (hasMetadata)
                {
                    throw Refuse(SafetensorsError.DuplicateName, $"{SafetensorsFormat.MetadataKey} appears twice");
                }

                hasMetadata = true;
                ParseMetadata();
                continue;
            }

            if (!_names.Add(name))
            {
                throw Refuse(SafetensorsError.DuplicateName, $"two tensors are named '{name}'");
            }

            ParseEntry(name);
        }

        // Only white space may follow; anything else is a JsonException.
        _json.Read();
        return new SafetensorsHeader(InOrderOfBytes(), _metadata);
    }

    private void ParseMetadata()
    {
        Next();
        Expect(JsonTokenType.StartObject, SafetensorsFormat.MetadataKey, "an object of strings");
        while (Next() != JsonTokenType.EndObject)
        {
            string key = Text("a metadata key");
            Next();
            Expect(JsonTokenType.String, $"the metadata '{key}'", "a string");
            if (!_metadata.TryAdd(key, Text($"the metadata '{key}'")))
            {
                throw Refuse(SafetensorsError.DuplicateName, $"the metadata key '{key}' appears twice");
            }
        }
    }

    private void ParseEntry(string name)
    {
        SafetensorsDtype? dtype = null;
        long[]? shape = null;
        (long Begin, long End)? offsets = null;

        Next();
        Expect(JsonTokenType.StartObject, $"tensor '{name}'", "an object with dtype, shape and data_offsets");
        while (Next() != JsonTokenType.EndObject)
        {
            string key = Text($"a key of tensor '{name}'");
            switch (key)
            {
                case "dtype":
                    RefuseSecond(name, key, dtype is not null);
                    dtype = ParseDtype(name);
                    break;
                case "shape":
                    RefuseSecond(name, key, shape is not null);
                    shape = ParseShape(name);
                    break;
                case "data_offsets":
                    RefuseSecond(name, key, offsets is not null);
                    offsets = ParseOffsets(name);
                    break;
                default:
                    throw Refuse(SafetensorsError.UnknownKey, $"tensor '{name}' has the key '{key}', expected only dtype, shape and data_offsets");
            }
        }

        if (dtype is null || shape is null || offsets is null)
        {
            string missing = dtype is null ? "dtype" : shape is null ? "shape" : "data_offsets";
            throw Refuse(SafetensorsError.MissingKey, $"tensor '{name}' has no {missing}");
        }

        AddEntry(name, dtype.Value, shape, offsets.Value.Begin, offsets.Value.End);
    }

    private readonly void AddEntry(string name, SafetensorsDtype dtype, long[] shape, long begin, long end)
    {
        string sizes = string.Join(", ", shape);
        if (!SafetensorsDtypes.TryGetByteLength(dtype, shape, out long byteLength, out string problem))
        {
            throw Refuse(SafetensorsError.InvalidSize, $"tensor '{name}' of {SafetensorsDtypes.Name(dtype)} [{sizes}]: {problem}");
        }

        if (end < begin)
        {
            throw Refuse(SafetensorsError.InvalidOffsets, $"tensor '{name}' has data_offsets [{begin}, {end}], expected them in ascending order");
        }

        if (end > _dataLength)
        {
            throw Refuse(
                SafetensorsError.OffsetsOutOfBounds,
                $"tensor '{name}' ends at byte {end} of the data, but the file holds {_dataLength}: it is damaged or was cut off");
        }

        if (end - begin != byteLength)
        {
            throw Refuse(
                SafetensorsError.SizeMismatch,
                $"tensor '{name}' has {end - begin} bytes, expected {byteLength} for {SafetensorsDtypes.Name(dtype)} [{sizes}]");
        }

        _entries.Add(new SafetensorsEntry(name, dtype, shape, begin, byteLength));
    }

    private SafetensorsDtype ParseDtype(string name)
    {
        Next();
        Expect(JsonTokenType.String, $"the dtype of tensor '{name}'", "a string");
        string text = Text($"the dtype of tensor '{name}'");
        return SafetensorsDtypes.TryParse(text, out SafetensorsDtype dtype)
            ? dtype
            : throw Refuse(SafetensorsError.UnknownDtype, $"tensor '{name}' has the dtype '{text}', expected one of {SafetensorsDtypes.AllNames}");
    }

    private long[] ParseShape(string name)
    {
        _shape.Clear();
        Next();
        Expect(JsonTokenType.StartArray, $"the shape of tensor '{name}'", "an array of sizes");
        while (Next() != JsonTokenType.EndArray)
        {
            _shape.Add(Integer(SafetensorsError.InvalidShape, $"the shape of tensor '{name}'"));
        }

        return [.. _shape];
    }

    private (long Begin, long End) ParseOffsets(string name)
    {
        string what = $"data_offsets of tensor '{name}'";
        Next();
        Expect(JsonTokenType.StartArray, what, "an array of two integers");
        Next();
        long begin = Integer(SafetensorsError.InvalidOffsets, what);
        Next();
        long end = Integer(SafetensorsError.InvalidOffsets, what);
        return Next() == JsonTokenType.EndArray ? (begin, end) : throw Refuse(SafetensorsError.InvalidOffsets, $"{what} has more than two values");
    }

    private readonly SafetensorsEntry[] InOrderOfBytes()
    {
        // The name breaks ties between empty tensors, so that the order does not depend on the header's.
        _entries.Sort(static (a, b) =>
        {
            int order = a.Offset.CompareTo(b.Offset);
            order = order != 0 ? order : a.ByteLength.CompareTo(b.ByteLength);
            return order != 0 ? order : string.CompareOrdinal(a.Name, b.Name);
        });

        long end = 0;
        foreach (SafetensorsEntry entry in _entries)
        {
            if (entry.Offset < end)
            {
                throw Refuse(
                    SafetensorsError.Overlap,
                    $"tensor '{entry.Name}' begins at byte {entry.Offset} of the data, within the one before, which ends at {end}");
            }

            if (entry.Offset > end)
            {
                throw Refuse(SafetensorsError.Hole, $"bytes {end} to {entry.Offset} of the data, before tensor '{entry.Name}', belong to no tensor");
            }

            end = entry.Offset + entry.ByteLength;
        }

        return end == _dataLength
            ? [.. _entries]
            : throw Refuse(SafetensorsError.Hole, $"the file holds {_dataLength} bytes of data, but the tensors end at {end}");
    }

    private JsonTokenType Next()
    {
        // A false would mean the end of the whole object, which the callers see first; a cut-off text is a JsonException.
        _json.Read();
        return _json.TokenType;
    }

    private readonly long Integer(SafetensorsError error, string what)
    {
        // The format's own parser takes no sign, so "-0" is refused as well.
        return _json.TokenType == JsonTokenType.Number && _json.ValueSpan[0] != (byte)'-' && _json.TryGetInt64(out long value)
            ? value
            : throw Refuse(error, $"{what}: found {Found()}, expected an integer from 0 to 2^63 - 1");
    }

    private readonly string Text(string what)
    {
        try
        {
            return _json.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            throw Refuse(
                _path,
                SafetensorsError.InvalidText,
                SafetensorsFormat.LengthBytes + _json.TokenStartIndex,
                $"{what} holds an escape of half a surrogate pair, which is no character",
                e);
        }
    }

    private readonly void Expect(JsonTokenType kind, string what, string expected)
    {
        if (_json.TokenType != kind)
        {
            throw Refuse(SafetensorsError.WrongValueKind, $"{what}: found {Found()}, expected {expected}");
        }
    }

    private readonly void RefuseSecond(string name, string key, bool seen)
    {
        if (seen)
        {
            throw Refuse(SafetensorsError.DuplicateName, $"tensor '{name}' has {key} twice");
        }
    }

    private readonly string Found() => _json.TokenType switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.EndArray => "the end of the array",
        JsonTokenType.String => "a string",
        JsonTokenType.Number when _json.ValueSpan.Length <= 40 => System.Text.Encoding.UTF8.GetString(_json.ValueSpan),
        JsonTokenType.Number => $"a number of {_json.ValueSpan.Length} digits",
        JsonTokenType.Null => "null",
        _ => "true or false",
    };

    private readonly SafetensorsException Refuse(SafetensorsError error, string problem) =>
        Refuse(_path, error, SafetensorsFormat.LengthBytes + _json.TokenStartIndex, problem);

    private static SafetensorsException Refuse(string path, SafetensorsError error, long position, string problem, Exception? inner = null) =>
        new(error, path, $"'{path}' is not a valid safetensors file: at byte {position}: {problem}.", inner);
}
