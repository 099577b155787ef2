using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Text;
using System.Text.RegularExpressions;

namespace TrainDsl.Tests.Checkpoints;

/// <summary>Damages valid files in seeded ways: as disks do (flips, cuts, blocks in the wrong place) and as an attacker would (lengths,
/// tokens).</summary>
internal sealed partial class SafetensorsMutator(int seed, IReadOnlyList<byte[]> originals)
{
    private static readonly string[] Tokens =
    [
        "{", "}", "[", "]", ":", ",", "\"", "null", "true", "0", "1", "-1", "-0", "8", "1.0", "1e3", "01", "4294967296", "9223372036854775807",
        "9223372036854775808", "18446744073709551615", "99999999999999999999999", "NaN", "\"\"", "\"F32\"", "\"F4\"", "\"BOOL\"", "\"X\"",
        "\"dtype\"", "\"shape\"", "\"data_offsets\"", "\"__metadata__\"", "\"\\ud800\"", "\"\\u0000\"", "\\", " ", "\n", "/**/", "{}", "[]",
        "\"x\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]},",
    ];

    private readonly Random _random = new(seed);

    public byte[] Next()
    {
        byte[] file = (byte[])originals[_random.Next(originals.Count)].Clone();
        int rounds = _random.Next(3) == 0 ? 3 : 1;
        for (int i = 0; i < rounds; i++)
        {
            file = _random.Next(7) switch
            {
                0 => FlipBits(file),
                1 => Truncate(file),
                2 => Splice(file),
                3 => EditHeaderLength(file),
                4 => Append(file),
                _ => EditToken(file),
            };
        }

        return file;
    }

    private byte[] FlipBits(byte[] file)
    {
        for (int i = _random.Next(1, 5); i > 0 && file.Length > 0; i--)
        {
            file[_random.Next(file.Length)] ^= (byte)(1 << _random.Next(8));
        }

        return file;
    }

    private byte[] Truncate(byte[] file) => file[.._random.Next(file.Length + 1)];

    private byte[] Append(byte[] file)
    {
        byte[] extra = new byte[_random.Next(1, 20)];
        _random.NextBytes(extra);
        return [.. file, .. extra];
    }

    /// <summary>Puts a slice of the file, or of another, over or into or in place of another slice.</summary>
    private byte[] Splice(byte[] file)
    {
        byte[] other = _random.Next(2) == 0 ? file : originals[_random.Next(originals.Count)];
        (int begin, int end) = Range(other.Length);
        (int at, int until) = Range(file.Length);
        return [.. file[..at], .. other[begin..end], .. file[until..]];
    }

    private byte[] EditHeaderLength(byte[] file)
    {
        if (file.Length >= 8)
        {
            ulong length = BinaryPrimitives.ReadUInt64LittleEndian(file);
            BinaryPrimitives.WriteUInt64LittleEndian(file, _random.Next(6) switch
            {
                0 => 0,
                1 => ulong.MaxValue,
                2 => (ulong)_random.NextInt64(),
                3 => 100_000_000,
                4 => (ulong)_random.Next(file.Length),
                _ => length + (ulong)_random.Next(-9, 10),
            });
        }

        return file;
    }

    /// <summary>Replaces, removes or inserts a JSON token, mostly with the header's length put right so that the parser sees it.</summary>
    private byte[] EditToken(byte[] file)
    {
        if (file.Length < 8 || BinaryPrimitives.ReadUInt64LittleEndian(file) is var length && length > (ulong)(file.Length - 8))
        {
            return file;
        }

        // One character a byte, so that nothing but the edit changes.
        string header = Encoding.Latin1.GetString(file, 8, (int)length);

        // Now and then whole arrays trade places: a tensor with another's offsets or shape.
        MatchCollection tokens = (_random.Next(4) == 0 ? Array() : Token()).Matches(header);
        if (tokens.Count == 0)
        {
            return file;
        }

        Match token = tokens[_random.Next(tokens.Count)];
        string replacement = _random.Next(6) switch
        {
            0 => string.Empty,
            1 => token.Value + token.Value,
            2 => tokens[_random.Next(tokens.Count)].Value,
            3 => Tokens[_random.Next(Tokens.Length)] + token.Value,
            _ => Tokens[_random.Next(Tokens.Length)],
        };
        byte[] edited = Encoding.Latin1.GetBytes(header[..token.Index] + replacement + header[(token.Index + token.Length)..]);
        return SafetensorsBytes.File(edited, file.AsSpan(8 + (int)length), _random.Next(8) == 0 ? length : null);
    }

    private (int Begin, int End) Range(int length)
    {
        int begin = _random.Next(length + 1);
        return (begin, begin + _random.Next(Math.Min(length - begin, 64) + 1));
    }

    [GeneratedRegex("\\[[0-9,]*\\]")]
    private static partial Regex Array();

    [GeneratedRegex("\"[^\"]*\"|[0-9]+|[^\\s]")]
    private static partial Regex Token();
}
