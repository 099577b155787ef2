using System;
using TorchSharp;
using TrainDsl.Stepping;
using Xunit;
using static TorchSharp.torch;

namespace TrainDsl.Tests.Stepping;

/// <remarks>Each test holds its tensors in a scope: one that is collected while a native call reads it ends the process.</remarks>
public sealed class ScalarMeterTests
{
    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Int64)]
    [InlineData(ScalarType.Int32)]
    [InlineData(ScalarType.Int16)]
    [InlineData(ScalarType.Int8)]
    [InlineData(ScalarType.Byte)]
    [InlineData(ScalarType.Bool)]
    public void ScalarsOfAnyElementTypeAddUp(ScalarType type)
    {
        using DisposeScope tensors = NewDisposeScope();
        using var meter = new ScalarMeter();
        using Tensor one = ones([], dtype: type);

        meter.Add(one, 0.25);
        meter.Add(one, 2.0);
        Assert.Equal(2.25, meter.Sum);

        meter.Reset();
        Assert.Equal(0.0, meter.Sum);
    }

    [Fact]
    public void AnElementOfABiggerTensorIsReadWhereItLies()
    {
        using DisposeScope tensors = NewDisposeScope();
        using var meter = new ScalarMeter();
        using Tensor row = tensor(new float[] { 1, 2, 3 });
        using Tensor third = row[2];

        meter.Add(third, 1.0);

        Assert.Equal(3.0, meter.Sum);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(0)]
    public void OtherThanOneElementIsRefusedWithTheShape(long elements)
    {
        using DisposeScope tensors = NewDisposeScope();
        using var meter = new ScalarMeter();
        using Tensor several = ones(elements);

        Assert.Contains($"[{elements}]", Assert.Throws<ArgumentException>(() => meter.Add(several, 1.0)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AddingAllocatesNothing()
    {
        using DisposeScope tensors = NewDisposeScope();
        using var meter = new ScalarMeter();
        using Tensor loss = ones([], requires_grad: true) * 2;
        using Tensor count = ones([], dtype: ScalarType.Int64);
        meter.Add(loss, 1.0);
        meter.Add(count, 1.0);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int repetition = 0; repetition < 1000; repetition++)
        {
            meter.Add(loss, 0.5);
            meter.Add(count, 0.5);
        }

        double sum = meter.Sum;
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Equal(3.0 + 1500, sum);
    }
}
