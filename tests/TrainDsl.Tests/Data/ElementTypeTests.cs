using System;
using System.Linq;
using TorchSharp;
using TrainDsl.Batching;
using TrainDsl.Data;
using Xunit;
using static TorchSharp.torch;

namespace TrainDsl.Tests.Data;

/// <summary>Columns of every element type, scalar and shaped: what is read into a row is what the batch's tensors hold.</summary>
public sealed class ElementTypeTests
{
    [Fact]
    public void EveryElementTypeArrivesAsItWasRead()
    {
        const int Samples = 7;
        using var pass = new BatchPipeline(
            new EveryType(), new BatchSequence(Samples, new BatchPlan(3, 1, 1, 1), dropLast: false), new SampleOrder(Samples, 0, shuffle: false),
            [CPU], firstReplica: 0, firstStep: 0, endStep: 3);
        for (int start = 0; start < Samples; start += 3)
        {
            var batch = new EveryType.Batch(pass.Lanes[0].NextMicroBatch());
            int count = Math.Min(3, Samples - start);
            Assert.Equal(count, batch.Count);
            Assert.Equal([count, 3], batch.Floats.shape);
            Assert.Equal([count], batch.Double.shape);
            Assert.Equal([count, 1, 2], batch.Bytes.shape);
            int[] indices = [.. Enumerable.Range(start, count)];
            Assert.Equal(indices.SelectMany(static i => new float[] { i + 0.5f, i + 1.5f, i + 2.5f }), batch.Floats.data<float>().ToArray());
            Assert.Equal(indices.Select(static i => i / 3.0), batch.Double.data<double>().ToArray());
            Assert.Equal(indices.Select(static i => (Half)(i * 0.25)), batch.Half.data<Half>().ToArray());
            Assert.Equal(indices.SelectMany(static i => new byte[] { (byte)(250 + i), (byte)i }), batch.Bytes.data<byte>().ToArray());
            Assert.Equal(indices.Select(static i => (sbyte)(-i)), batch.SByte.data<sbyte>().ToArray());
            Assert.Equal(indices.Select(static i => (short)(-1000 * i)), batch.Short.data<short>().ToArray());
            Assert.Equal(indices.Select(static i => i * 1_000_003), batch.Int.data<int>().ToArray());
            Assert.Equal(indices.Select(static i => long.MaxValue - i), batch.Long.data<long>().ToArray());
            Assert.Equal(indices.SelectMany(static i => new[] { i % 2 == 0, i % 3 == 0 }), batch.Flags.data<bool>().ToArray());
        }
    }
}

[Column<float>("Floats", 3)]
[Column<double>("Double")]
[Column<Half>("Half")]
[Column<byte>("Bytes", 1, 2)]
[Column<sbyte>("SByte")]
[Column<short>("Short")]
[Column<int>("Int")]
[Column<long>("Long")]
[Column<bool>("Flags", 2)]
public sealed partial class EveryType : IDataset
{
    public long Count => 7;

    public partial void Read(long index, in Row row)
    {
        for (int element = 0; element < 3; element++)
        {
            row.Floats[element] = index + element + 0.5f;
        }

        row.Double = index / 3.0;
        row.Half = (Half)(index * 0.25);
        row.Bytes[0] = (byte)(250 + index);
        row.Bytes[1] = (byte)index;
        row.SByte = (sbyte)(-index);
        row.Short = (short)(-1000 * index);
        row.Int = (int)(index * 1_000_003);
        row.Long = long.MaxValue - index;
        row.Flags[0] = index % 2 == 0;
        row.Flags[1] = index % 3 == 0;
    }
}
