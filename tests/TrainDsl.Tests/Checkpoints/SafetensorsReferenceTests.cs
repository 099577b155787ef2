using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text.Json;
using TrainDsl.Checkpoints;
using Xunit;

namespace TrainDsl.Tests.Checkpoints;

/// <summary>
/// Files across implementations: those of the format's own library and of a Python script read here, and ours read by Python
/// (tests/references holds the files and the programs that made them).
/// </summary>
public sealed class SafetensorsReferenceTests
{
    private static readonly double[] PythonValues = [-2.0, -0.0, 0.1, 1.0, 65504.0, double.PositiveInfinity];

    // The order in which the program for the reference files lists them.
    private static readonly SafetensorsDtype[] UpstreamDtypes =
    [
        SafetensorsDtype.Bool, SafetensorsDtype.F4, SafetensorsDtype.F6E2M3, SafetensorsDtype.F6E3M2, SafetensorsDtype.U8, SafetensorsDtype.I8,
        SafetensorsDtype.F8E5M2, SafetensorsDtype.F8E4M3, SafetensorsDtype.F8E8M0, SafetensorsDtype.F8E4M3Fnuz, SafetensorsDtype.F8E5M2Fnuz,
        SafetensorsDtype.I16, SafetensorsDtype.U16, SafetensorsDtype.F16, SafetensorsDtype.BF16, SafetensorsDtype.I32, SafetensorsDtype.U32,
        SafetensorsDtype.F32, SafetensorsDtype.C64, SafetensorsDtype.F64, SafetensorsDtype.I64, SafetensorsDtype.U64,
    ];

    [Fact]
    public void Every_dtype_of_the_formats_own_library_is_read()
    {
        using SafetensorsReader reader = SafetensorsReader.Open(Reference("upstream-dtypes.safetensors"));
        Assert.Equal(Enum.GetValues<SafetensorsDtype>().Length, UpstreamDtypes.Length);
        Assert.Equal(UpstreamDtypes.Length, reader.Entries.Count);
        for (int i = 0; i < UpstreamDtypes.Length; i++)
        {
            SafetensorsEntry entry = reader[$"tensor.{i}"];
            Assert.Equal(UpstreamDtypes[i], entry.Dtype);
            Assert.Equal([2, 4], entry.Shape.ToArray());
            byte[] expected = [.. Enumerable.Range(0, (int)entry.ByteLength).Select(b => (byte)((b * 7) + (i * 31)))];
            Assert.Equal(expected, reader.GetSpan(entry).ToArray());
        }
    }

    [Fact]
    public void Values_and_metadata_of_the_formats_own_library_are_read()
    {
        using SafetensorsReader reader = SafetensorsReader.Open(Reference("upstream-values.safetensors"));
        Assert.Equal(6, reader.Entries.Count);
        Assert.Equal([-1.25f, -0.75f, -0.25f, 0.25f, 0.75f, 1.25f], Values<float>(reader, "linear.weight", 2, 3));
        Assert.Equal([1.0e-3f, float.NegativeInfinity], Values<float>(reader, "linear.bias", 2));
        Assert.Equal([500L], Values<long>(reader, "step"));
        Assert.Equal([1, 0, 1], Values<byte>(reader, "mask", 3));
        Assert.Equal([], Values<float>(reader, "empty", 0, 4));
        Assert.Equal([7], Values<byte>(reader, "größe \"q\" \\ \U0001F600", 1));
        Assert.Equal(2, reader.Metadata.Count);
        Assert.Equal("pt", reader.Metadata["format"]);
        Assert.Equal("line\nπ \"quoted\"", reader.Metadata["note"]);
    }

    [Fact]
    public void Our_files_are_byte_for_byte_those_of_the_formats_own_library()
    {
        Assert.Equal(File.ReadAllBytes(Reference("upstream-empty.safetensors")), SafetensorsBytes.Written());

        // Metadata is left out of this file: the library writes it in no particular order.
        using SafetensorsReader reader = SafetensorsReader.Open(Reference("upstream-dtypes.safetensors"));
        SafetensorsTensor[] tensors = [.. reader.Entries.Select(e => new SafetensorsTensor(e.Name, e.Dtype, e.Shape, reader.GetSpan(e).ToArray()))];
        Assert.Equal(File.ReadAllBytes(Reference("upstream-dtypes.safetensors")), SafetensorsBytes.Written(tensors));
    }

    [Fact]
    public void Values_made_by_pytorch_are_read()
    {
        using SafetensorsReader reader = SafetensorsReader.Open(Reference("python-values.safetensors"));
        Assert.Equal(8, reader.Entries.Count);
        Assert.Equal([1, 0, 1], Values<byte>(reader, "flags", 3));
        Assert.Equal(PythonValues.Select(v => BitConverter.HalfToUInt16Bits((Half)v)), Values<ushort>(reader, "half", 2, 3));
        Assert.Equal(PythonValues.Select(Brain), Values<ushort>(reader, "brain", 3, 2));
        Assert.Equal(PythonValues.Select(v => (float)v), Values<float>(reader, "single", 6));
        Assert.Equal(PythonValues, Values<double>(reader, "double", 6));
        Assert.Equal([long.MinValue], Values<long>(reader, "long"));
        Assert.Equal([0, 255], Values<byte>(reader, "bytes", 1, 2));
        Assert.Equal([], Values<int>(reader, "nothing", 3, 0));
        Assert.Equal("python", Assert.Single(reader.Metadata).Value);
    }

    [PythonFact]
    public void Our_files_are_read_by_python()
    {
        using TemporaryFolder folder = new();
        string path = folder.File("ours.safetensors");
        Dictionary<string, string> metadata = new() { ["format"] = "pt", ["note"] = "π\n\"q\"" };
        SafetensorsWriter.Write(
            path,
            [
                Tensor<byte>("mask", SafetensorsDtype.Bool, [3], [1, 0, 1]),
                Tensor<ushort>("half", SafetensorsDtype.F16, [2, 3], [.. PythonValues.Select(v => BitConverter.HalfToUInt16Bits((Half)v))]),
                Tensor<ushort>("brain", SafetensorsDtype.BF16, [6], [.. PythonValues.Select(Brain)]),
                Tensor<float>("größe.weight", SafetensorsDtype.F32, [3, 2], [.. PythonValues.Select(v => (float)v)]),
                Tensor("double", SafetensorsDtype.F64, [6], PythonValues),
                Tensor<long>("step", SafetensorsDtype.I64, [], [long.MinValue]),
                Tensor<ulong>("unsigned", SafetensorsDtype.U64, [1, 1], [ulong.MaxValue]),
                Tensor<sbyte>("small", SafetensorsDtype.I8, [2], [-128, 127]),
                Tensor<int>("nothing", SafetensorsDtype.I32, [0, 7], []),
            ],
            metadata);

        using JsonDocument json = JsonDocument.Parse(Python.Run("read_safetensors.py", "values", path)
            .Replace("-Infinity", "\"-inf\"", StringComparison.Ordinal).Replace("Infinity", "\"inf\"", StringComparison.Ordinal));
        JsonElement root = json.RootElement;
        Assert.Equal(metadata, root.GetProperty("metadata").EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString()!));
        JsonElement tensors = root.GetProperty("tensors");
        Assert.Equal(9, tensors.EnumerateObject().Count());
        Assert.All(tensors.EnumerateObject(), tensor => Assert.True(tensor.Value.GetProperty("aligned").GetBoolean()));

        AssertTensor(tensors, "mask", "BOOL", [3], [1, 0, 1]);
        AssertTensor(tensors, "half", "F16", [2, 3], [.. PythonValues.Select(v => (double)(Half)v)]);
        AssertTensor(tensors, "brain", "BF16", [6], [.. PythonValues.Select(v => (double)BitConverter.UInt32BitsToSingle((uint)Brain(v) << 16))]);
        AssertTensor(tensors, "größe.weight", "F32", [3, 2], [.. PythonValues.Select(v => (double)(float)v)]);
        AssertTensor(tensors, "double", "F64", [6], PythonValues);
        AssertTensor(tensors, "small", "I8", [2], [-128, 127]);
        AssertTensor(tensors, "nothing", "I32", [0, 7], []);
        Assert.Equal(long.MinValue, tensors.GetProperty("step").GetProperty("values")[0].GetInt64());
        Assert.Equal(ulong.MaxValue, tensors.GetProperty("unsigned").GetProperty("values")[0].GetUInt64());
    }

    private static string Reference(string name) => Path.Combine(AppContext.BaseDirectory, "references", "safetensors", name);

    private static T[] Values<T>(SafetensorsReader reader, string name, params long[] shape)
        where T : unmanaged
    {
        SafetensorsEntry entry = reader[name];
        Assert.Equal(shape, entry.Shape.ToArray());
        return MemoryMarshal.Cast<byte, T>(reader.GetSpan(entry)).ToArray();
    }

    private static SafetensorsTensor Tensor<T>(string name, SafetensorsDtype dtype, long[] shape, T[] values)
        where T : unmanaged =>
        new(name, dtype, shape, MemoryMarshal.AsBytes<T>(values).ToArray());

    /// <summary>Rounds to bfloat16, ties to even, as PyTorch does.</summary>
    private static ushort Brain(double value)
    {
        uint bits = BitConverter.SingleToUInt32Bits((float)value);
        return (ushort)((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
    }

    private static void AssertTensor(JsonElement tensors, string name, string dtype, long[] shape, double[] values)
    {
        JsonElement tensor = tensors.GetProperty(name);
        Assert.Equal(dtype, tensor.GetProperty("dtype").GetString());
        Assert.Equal(shape, tensor.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64()));
        Assert.Equal(
            values.Select(BitConverter.DoubleToInt64Bits),
            tensor.GetProperty("values").EnumerateArray().Select(value => BitConverter.DoubleToInt64Bits(Number(value))));
    }

    private static double Number(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => 1,
        JsonValueKind.False => 0,
        JsonValueKind.String => value.GetString() == "inf" ? double.PositiveInfinity : double.NegativeInfinity,
        _ => value.GetDouble(),
    };
}
