using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text;
using TrainDsl.Checkpoints;
using Xunit;

namespace TrainDsl.Tests.Checkpoints;

public sealed unsafe class SafetensorsRoundTripTests
{
    [Fact]
    public void What_is_written_is_read_back()
    {
        Random random = new(1);
        List<SafetensorsTensor> tensors = [];
        long[][] shapes = [[], [0], [2, 4], [3, 0, 5], [1, 1, 8, 1], [4096, 8]];
        foreach (SafetensorsDtype dtype in Enum.GetValues<SafetensorsDtype>())
        {
            foreach (long[] shape in shapes)
            {
                if (SafetensorsDtypes.TryGetByteLength(dtype, shape, out long byteLength, out _))
                {
                    byte[] data = new byte[byteLength];
                    random.NextBytes(data);
                    tensors.Add(new SafetensorsTensor($"{dtype}.größe \"{tensors.Count}\" \\ \U0001F600", dtype, shape, data));
                }
            }
        }

        Assert.True(tensors.Count > 100);
        Dictionary<string, string> metadata = new() { ["z"] = "last\n\0", ["format"] = "pt", ["ü"] = "" };

        using TemporaryFolder folder = new();
        string path = folder.File("all.safetensors");
        SafetensorsWriter.Write(path, tensors, metadata);
        Assert.Equal([path], Directory.GetFiles(folder.Path));
        using SafetensorsReader reader = SafetensorsReader.Open(path);

        Assert.Equal(metadata.OrderBy(pair => pair.Key), reader.Metadata.OrderBy(pair => pair.Key));
        Assert.Equal(tensors.Count, reader.Entries.Count);
        foreach (SafetensorsTensor tensor in tensors)
        {
            SafetensorsEntry entry = reader[tensor.Name];
            Assert.Equal(tensor.Dtype, entry.Dtype);
            Assert.Equal(tensor.Shape.ToArray(), entry.Shape.ToArray());
            Assert.True(reader.GetSpan(entry).SequenceEqual(tensor.Slice(0, int.MaxValue)));
            Assert.Equal(0, (nint)reader.GetPointer(entry) % SafetensorsDtypes.Alignment(entry.Dtype));
        }
    }

    [Fact]
    public void The_header_is_padded_with_spaces_to_eight_bytes()
    {
        for (int length = 0; length < 9; length++)
        {
            byte[] file = SafetensorsBytes.Written(new SafetensorsTensor(new string('n', length), SafetensorsDtype.U8, [1], new byte[] { 42 }));
            int header = BitConverter.ToInt32(file);
            Assert.Equal(0, header % 8);
            Assert.Equal(8 + header + 1, file.Length);
            string text = Encoding.UTF8.GetString(file, 8, header);
            Assert.Equal($"{{\"{new string('n', length)}\":{{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}}}", text.TrimEnd(' '));
        }
    }

    [Fact]
    public void Tensors_keep_their_order_within_a_width_and_wider_ones_come_first()
    {
        byte[] four = new byte[4];
        byte[] file = SafetensorsBytes.Written(
            new SafetensorsTensor("z", SafetensorsDtype.F32, [1], four),
            new SafetensorsTensor("mask", SafetensorsDtype.Bool, [3], new byte[3]),
            new SafetensorsTensor("a", SafetensorsDtype.I32, [1], four),
            new SafetensorsTensor("step", SafetensorsDtype.I64, [], new byte[8]));
        using TemporaryFolder folder = new();
        using SafetensorsReader reader = SafetensorsBytes.Open(folder, file);
        Assert.Equal(["step", "z", "a", "mask"], reader.Entries.Select(entry => entry.Name));
    }

    [Fact]
    public void Equal_input_makes_equal_bytes_whatever_the_order_of_the_metadata()
    {
        SafetensorsTensor[] tensors = [new("a", SafetensorsDtype.U8, [2], new byte[] { 1, 2 })];
        using MemoryStream first = new();
        using MemoryStream second = new();
        SafetensorsWriter.Write(first, tensors, new Dictionary<string, string> { ["a"] = "1", ["b"] = "2" });
        SafetensorsWriter.Write(second, tensors, new Dictionary<string, string> { ["b"] = "2", ["a"] = "1" });
        Assert.Equal(first.ToArray(), second.ToArray());
    }

    [Fact]
    public void A_tensor_larger_than_a_span_is_reached_by_pointer()
    {
        const long Length = 3L << 30;
        byte[] header = Encoding.UTF8.GetBytes($"{{\"big\":{{\"dtype\":\"F32\",\"shape\":[{Length / 4}],\"data_offsets\":[0,{Length}]}}}}");
        using TemporaryFolder folder = new();
        string path = folder.File("sparse.safetensors");
        using (FileStream stream = File.Create(path))
        {
            // A file with a hole, of which only the pages that are touched exist.
            stream.Write(SafetensorsBytes.File(header, []));
            stream.SetLength(8 + header.Length + Length);
            stream.Position = stream.Length - 1;
            stream.WriteByte(77);
        }

        using SafetensorsReader reader = SafetensorsReader.Open(path);
        SafetensorsEntry entry = reader["big"];
        Assert.Throws<ArgumentException>(() => reader.GetSpan(entry).Length);
        Assert.Equal(77, reader.GetPointer(entry)[Length - 1]);

        SafetensorsTensor tensor = new("big", SafetensorsDtype.F32, entry.Shape, reader.GetPointer(entry), Length);
        Assert.Equal([0, 77], tensor.Slice(Length - 2, 1 << 20).ToArray());
    }

    [Fact]
    public void Pieces_of_unmanaged_memory_arrive_in_order()
    {
        const int Length = (20 << 20) + 12;
        byte* data = (byte*)NativeMemory.Alloc(Length);
        try
        {
            Span<byte> span = new(data, Length);
            new Random(5).NextBytes(span);
            using TemporaryFolder folder = new();
            SafetensorsWriter.Write(folder.File("f"), [new SafetensorsTensor("x", SafetensorsDtype.F32, [Length / 4], data, Length)]);
            using SafetensorsReader reader = SafetensorsReader.Open(folder.File("f"));
            Assert.True(span.SequenceEqual(reader.GetSpan(reader["x"])));
        }
        finally
        {
            NativeMemory.Free(data);
        }
    }

    [Fact]
    public void What_would_not_make_a_valid_file_is_refused_before_anything_is_written()
    {
        SafetensorsTensor a = new("a", SafetensorsDtype.U8, [], new byte[1]);
        AssertRefused(SafetensorsError.DuplicateName, [a, new SafetensorsTensor("a", SafetensorsDtype.F32, [], new byte[4])]);
        AssertRefused(SafetensorsError.ReservedName, [new SafetensorsTensor("__metadata__", SafetensorsDtype.U8, [], new byte[1])]);
        AssertRefused(SafetensorsError.InvalidText, [new SafetensorsTensor("half \ud800", SafetensorsDtype.U8, [], new byte[1])]);
        AssertRefused(SafetensorsError.InvalidText, [a], new() { ["key"] = "\udc00" });
        AssertRefused(SafetensorsError.HeaderTooLarge, [a], new() { ["key"] = new string('x', 100_000_000) });
    }

    [Fact]
    public void A_tensor_whose_parts_do_not_fit_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new SafetensorsTensor("a", SafetensorsDtype.F32, [2], new byte[7]));
        Assert.Throws<ArgumentException>(() => new SafetensorsTensor("a", SafetensorsDtype.F32, [-2], new byte[8]));
        Assert.Throws<ArgumentException>(() => new SafetensorsTensor("a", SafetensorsDtype.F32, [1L << 62, 2], new byte[8]));
        Assert.Throws<ArgumentException>(() => new SafetensorsTensor("a", SafetensorsDtype.F4, [3], new byte[2]));
        Assert.Throws<ArgumentException>(() => new SafetensorsTensor("a", (SafetensorsDtype)99, [1], new byte[1]));
        Assert.Throws<ArgumentNullException>(() => new SafetensorsTensor("a", SafetensorsDtype.U8, [1], null, 1));
    }

    [Fact]
    public void A_failed_write_leaves_the_file_that_was_there()
    {
        using TemporaryFolder folder = new();
        string path = folder.File("model.safetensors");
        SafetensorsTensor tensor = new("a", SafetensorsDtype.U8, [], new byte[1]);
        SafetensorsWriter.Write(path, [tensor]);
        byte[] before = File.ReadAllBytes(path);
        Assert.Throws<SafetensorsException>(() => SafetensorsWriter.Write(path, [tensor, tensor]));
        Assert.Equal(before, File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void Misuse_of_a_reader_is_refused()
    {
        using TemporaryFolder folder = new();
        SafetensorsWriter.Write(folder.File("f"), [new SafetensorsTensor("a", SafetensorsDtype.U8, [1], new byte[] { 9 })]);
        SafetensorsReader reader = SafetensorsReader.Open(folder.File("f"));
        using SafetensorsReader other = SafetensorsReader.Open(folder.File("f"));
        SafetensorsEntry entry = reader["a"];
        Assert.Equal(9, reader.GetSpan(entry)[0]);
        Assert.Throws<ArgumentException>(() => other.GetSpan(entry).Length);
        Assert.False(reader.TryGetEntry("b", out _));
        Assert.Equal(SafetensorsError.NoSuchTensor, Assert.Throws<SafetensorsException>(() => reader["b"]).Error);
        reader.Dispose();
        reader.Dispose();
        Assert.Throws<ObjectDisposedException>(() => reader.GetSpan(entry).Length);
        Assert.Throws<FileNotFoundException>(() => SafetensorsReader.Open(folder.File("missing")));
    }

    private static void AssertRefused(SafetensorsError error, SafetensorsTensor[] tensors, Dictionary<string, string>? metadata = null)
    {
        using MemoryStream stream = new();
        Assert.Equal(error, Assert.Throws<SafetensorsException>(() => SafetensorsWriter.Write(stream, tensors, metadata)).Error);
        Assert.Equal(0, stream.Length);
    }
}
