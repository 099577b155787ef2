using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Text;
using TrainDsl.Checkpoints;
using Xunit;

namespace TrainDsl.Tests.Checkpoints;

/// <summary>One violating file for each rule of the format, and the odd files that are valid.</summary>
public sealed class SafetensorsRuleTests
{
    private const string Good = """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""";

    [Theory]
    [InlineData(SafetensorsError.HeaderNotAnObject, "", 0)]
    [InlineData(SafetensorsError.HeaderNotAnObject, " {}", 0)]
    [InlineData(SafetensorsError.HeaderNotAnObject, "[]", 0)]
    [InlineData(SafetensorsError.InvalidJson, "{", 0)]
    [InlineData(SafetensorsError.InvalidJson, "{}}", 0)]
    [InlineData(SafetensorsError.InvalidJson, "{}\0", 0)]
    [InlineData(SafetensorsError.InvalidJson, """{"a":{"dtype":"U8","shape":[],"data_offsets":[0,1]},}""", 1)]
    [InlineData(SafetensorsError.InvalidJson, """{"a":{"dtype":"U8","shape":[01],"data_offsets":[0,1]}}""", 1)]
    [InlineData(SafetensorsError.InvalidJson, """{"a":{"dtype":"U8","shape":[],"data_offsets":[0,1]}/**/}""", 1)]
    [InlineData(SafetensorsError.InvalidJson, """{"a":{"dtype":"U8","shape":[[1]],"data_offsets":[0,1]}}""", 1)]
    [InlineData(SafetensorsError.InvalidText, """{"\ud800":{"dtype":"U8","shape":[],"data_offsets":[0,1]}}""", 1)]
    [InlineData(SafetensorsError.InvalidText, """{"__metadata__":{"a":"\udc00"}}""", 0)]
    [InlineData(SafetensorsError.InvalidText, """{"a":{"\ud800":"U8","shape":[],"data_offsets":[0,1]}}""", 1)]
    [InlineData(SafetensorsError.InvalidText, """{"a":{"dtype":"\ud800","shape":[],"data_offsets":[0,1]}}""", 1)]
    [InlineData(SafetensorsError.WrongValueKind, """{"a":[]}""", 0)]
    [InlineData(SafetensorsError.WrongValueKind, """{"a":{"dtype":1,"shape":[],"data_offsets":[0,1]}}""", 1)]
    [InlineData(SafetensorsError.WrongValueKind, """{"a":{"dtype":"U8","shape":1,"data_offsets":[0,1]}}""", 1)]
    [InlineData(SafetensorsError.WrongValueKind, """{"a":{"dtype":"U8","shape":[1],"data_offsets":{}}}""", 1)]
    [InlineData(SafetensorsError.WrongValueKind, """{"__metadata__":null}""", 0)]
    [InlineData(SafetensorsError.WrongValueKind, """{"__metadata__":[]}""", 0)]
    [InlineData(SafetensorsError.WrongValueKind, """{"__metadata__":{"a":1}}""", 0)]
    [InlineData(SafetensorsError.WrongValueKind, """{"__metadata__":{"a":{}}}""", 0)]
    [InlineData(SafetensorsError.DuplicateName,
        """{"a":{"dtype":"U8","shape":[],"data_offsets":[0,1]},"\u0061":{"dtype":"U8","shape":[],"data_offsets":[1,2]}}""", 2)]
    [InlineData(SafetensorsError.DuplicateName, """{"a":{"dtype":"U8","dtype":"U8","shape":[],"data_offsets":[0,1]}}""", 1)]
    [InlineData(SafetensorsError.DuplicateName, """{"a":{"dtype":"U8","shape":[],"shape":[],"data_offsets":[0,1]}}""", 1)]
    [InlineData(SafetensorsError.DuplicateName, """{"a":{"dtype":"U8","shape":[],"data_offsets":[0,1],"data_offsets":[0,1]}}""", 1)]
    [InlineData(SafetensorsError.DuplicateName, """{"__metadata__":{"a":"1","a":"2"}}""", 0)]
    [InlineData(SafetensorsError.DuplicateName, """{"__metadata__":{},"__metadata__":{}}""", 0)]
    [InlineData(SafetensorsError.UnknownKey, """{"a":{"dtype":"U8","shape":[],"data_offsets":[0,1],"scale":2}}""", 1)]
    [InlineData(SafetensorsError.MissingKey, """{"a":{"shape":[],"data_offsets":[0,1]}}""", 1)]
    [InlineData(SafetensorsError.MissingKey, """{"a":{"dtype":"U8","data_offsets":[0,1]}}""", 1)]
    [InlineData(SafetensorsError.MissingKey, """{"a":{"dtype":"U8","shape":[]}}""", 1)]
    [InlineData(SafetensorsError.UnknownDtype, """{"a":{"dtype":"F128","shape":[],"data_offsets":[0,16]}}""", 16)]
    [InlineData(SafetensorsError.UnknownDtype, """{"a":{"dtype":"u8","shape":[],"data_offsets":[0,1]}}""", 1)]
    [InlineData(SafetensorsError.InvalidShape, """{"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}}""", 1)]
    [InlineData(SafetensorsError.InvalidShape, """{"a":{"dtype":"U8","shape":[-0],"data_offsets":[0,0]}}""", 0)]
    [InlineData(SafetensorsError.InvalidShape, """{"a":{"dtype":"U8","shape":[1.0],"data_offsets":[0,1]}}""", 1)]
    [InlineData(SafetensorsError.InvalidShape, """{"a":{"dtype":"U8","shape":[1e0],"data_offsets":[0,1]}}""", 1)]
    [InlineData(SafetensorsError.InvalidShape, """{"a":{"dtype":"U8","shape":["1"],"data_offsets":[0,1]}}""", 1)]
    [InlineData(SafetensorsError.InvalidShape, """{"a":{"dtype":"U8","shape":[9223372036854775808],"data_offsets":[0,1]}}""", 1)]
    [InlineData(SafetensorsError.InvalidSize, """{"a":{"dtype":"U8","shape":[4294967296,4294967296],"data_offsets":[0,0]}}""", 0)]
    [InlineData(SafetensorsError.InvalidSize, """{"a":{"dtype":"U8","shape":[3037000500,3037000500],"data_offsets":[0,0]}}""", 0)]
    [InlineData(SafetensorsError.InvalidSize, """{"a":{"dtype":"F64","shape":[2305843009213693952],"data_offsets":[0,0]}}""", 0)]
    [InlineData(SafetensorsError.InvalidSize, """{"a":{"dtype":"F4","shape":[3],"data_offsets":[0,2]}}""", 2)]
    [InlineData(SafetensorsError.InvalidOffsets, """{"a":{"dtype":"U8","shape":[],"data_offsets":[]}}""", 1)]
    [InlineData(SafetensorsError.InvalidOffsets, """{"a":{"dtype":"U8","shape":[],"data_offsets":[0]}}""", 1)]
    [InlineData(SafetensorsError.InvalidOffsets, """{"a":{"dtype":"U8","shape":[],"data_offsets":[0,1,1]}}""", 1)]
    [InlineData(SafetensorsError.InvalidOffsets, """{"a":{"dtype":"U8","shape":[],"data_offsets":[1,0]}}""", 1)]
    [InlineData(SafetensorsError.InvalidOffsets, """{"a":{"dtype":"U8","shape":[],"data_offsets":[-1,0]}}""", 1)]
    [InlineData(SafetensorsError.OffsetsOutOfBounds, """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""", 1)]
    [InlineData(SafetensorsError.OffsetsOutOfBounds,
        """{"a":{"dtype":"U8","shape":[576460752303423488],"data_offsets":[0,576460752303423488]}}""", 1)]
    [InlineData(SafetensorsError.SizeMismatch, """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4)]
    [InlineData(SafetensorsError.SizeMismatch, """{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,4]}}""", 4)]
    [InlineData(SafetensorsError.Overlap,
        """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}""", 3)]
    [InlineData(SafetensorsError.Overlap,
        """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[0],"data_offsets":[1,1]}}""", 2)]
    [InlineData(SafetensorsError.Hole, """{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""", 2)]
    [InlineData(SafetensorsError.Hole,
        """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}}""", 3)]
    [InlineData(SafetensorsError.Hole, """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", 2)]
    [InlineData(SafetensorsError.Hole, "{}", 1)]
    public void A_broken_rule_is_named(SafetensorsError error, string header, int dataBytes) =>
        SafetensorsBytes.AssertRefused(error, SafetensorsBytes.File(header, dataBytes));

    [Fact]
    public void Every_rule_of_reading_has_a_violating_file()
    {
        SafetensorsError[] tested = typeof(SafetensorsRuleTests).GetMethod(nameof(A_broken_rule_is_named))!
            .GetCustomAttributesData().Where(data => data.AttributeType == typeof(InlineDataAttribute))
            .Select(data => (IReadOnlyCollection<CustomAttributeTypedArgument>)data.ConstructorArguments[0].Value!)
            .Select(arguments => (SafetensorsError)arguments.First().Value!)
            .ToArray();
        SafetensorsError[] elsewhere =
        [
            SafetensorsError.FileTooShort, SafetensorsError.HeaderTooLarge, SafetensorsError.HeaderOutOfBounds, SafetensorsError.NoSuchTensor,
            SafetensorsError.ReservedName,
        ];
        Assert.Empty(Enum.GetValues<SafetensorsError>().Except(tested).Except(elsewhere));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    public void A_file_too_short_for_the_header_length_is_refused(int length) =>
        SafetensorsBytes.AssertRefused(SafetensorsError.FileTooShort, new byte[length]);

    [Theory]
    [InlineData(SafetensorsError.HeaderOutOfBounds, 63)]
    [InlineData(SafetensorsError.HeaderOutOfBounds, 100_000_000)]
    [InlineData(SafetensorsError.HeaderTooLarge, 100_000_001)]
    [InlineData(SafetensorsError.HeaderTooLarge, long.MaxValue)]
    [InlineData(SafetensorsError.HeaderTooLarge, -1)]
    [InlineData(SafetensorsError.HeaderTooLarge, -8)]
    public void A_header_longer_than_allowed_or_than_the_file_is_refused(SafetensorsError error, long stated) =>
        SafetensorsBytes.AssertRefused(error, SafetensorsBytes.File(Encoding.UTF8.GetBytes(Good), new byte[8], (ulong)stated));

    [Fact]
    public void A_header_of_a_hundred_million_bytes_is_read()
    {
        byte[] header = new byte[100_000_000];
        header.AsSpan().Fill((byte)' ');
        Encoding.UTF8.GetBytes(Good, header);
        using TemporaryFolder folder = new();
        using SafetensorsReader reader = SafetensorsBytes.Open(folder, SafetensorsBytes.File(header, new byte[8]));
        Assert.Equal("a F32 [2]", Assert.Single(reader.Entries).ToString());
    }

    [Fact]
    public void Invalid_utf8_is_refused()
    {
        byte[] header = Encoding.UTF8.GetBytes(Good);
        header[2] = 0xff;
        SafetensorsBytes.AssertRefused(SafetensorsError.InvalidText, SafetensorsBytes.File(header, new byte[8]));
    }

    [Fact]
    public void A_message_says_where_what_was_found_and_what_was_expected()
    {
        SafetensorsException exception = SafetensorsBytes.AssertRefused(
            SafetensorsError.SizeMismatch, SafetensorsBytes.File("""{"fc.weight":{"dtype":"F32","shape":[2,3],"data_offsets":[0,8]}}""", 8));
        Assert.EndsWith("at byte 70: tensor 'fc.weight' has 8 bytes, expected 24 for F32 [2, 3].", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", 0, 0)]
    [InlineData("{}   \n\t ", 0, 0)]
    [InlineData("""{"__metadata__":{}}""", 0, 0)]
    [InlineData("""{"":{"dtype":"U8","shape":[],"data_offsets":[0,1]}}""", 1, 1)]
    [InlineData("""{"a":{"data_offsets":[0,1],"shape":[1,1,1],"dtype":"\u0055\u0038"}}""", 1, 1)]
    [InlineData("""{"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]},"a":{"dtype":"U8","shape":[],"data_offsets":[0,1]}}""", 3, 2)]
    [InlineData("""{"a":{"dtype":"U8","shape":[0,9223372036854775807],"data_offsets":[0,0]},"b":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}""",
        0, 2)]
    public void Odd_but_valid_files_are_read(string header, int dataBytes, int tensors)
    {
        using TemporaryFolder folder = new();
        using SafetensorsReader reader = SafetensorsBytes.Open(folder, SafetensorsBytes.File(header, dataBytes));
        Assert.Equal(tensors, reader.Entries.Count);
        Assert.Equal(dataBytes, reader.Entries.Sum(entry => (long)reader.GetSpan(entry).Length));
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"U8","shape":[576460752303423488],"data_offsets":[0,576460752303423488]}}""", 0L)]
    [InlineData("""{"a":{"dtype":"U8","shape":[9000000000000000000,0],"data_offsets":[0,9000000000000000000]}}""", 0L)]
    [InlineData("{}", 100_000_000L)]
    public void A_hostile_header_gets_no_memory(string header, long statedLength)
    {
        using TemporaryFolder folder = new();
        string path = folder.File("hostile.safetensors");
        byte[] text = Encoding.UTF8.GetBytes(header);
        System.IO.File.WriteAllBytes(path, SafetensorsBytes.File(text, [], statedLength == 0 ? null : (ulong)statedLength));
        Assert.Throws<SafetensorsException>(() => SafetensorsReader.Open(path));

        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<SafetensorsException>(() => SafetensorsReader.Open(path));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200_000);
    }
}
