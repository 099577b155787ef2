using System;
using TrainDsl.Native;
using TrainDsl.Parameters;
using TrainDsl.Tests.Resuming;
using Xunit;
using static TorchSharp.torch;

namespace TrainDsl.Tests.Parameters;

public sealed class UpdateGateTests
{
    [Fact]
    public void LargeButFiniteValuesPass()
    {
        using var model = new ResumedModel();
        using var parameters = new FlatParameters(model, DecayOnly.Matrices);
        using var gate = new UpdateGate(CPU);
        foreach (ParameterGroup group in parameters.Groups)
        {
            group.Gradients.fill_(3e38f);
        }

        // Neither the sum of the gradient nor the loss in float32 is finite.
        TensorMemory.Fill(gate.Loss.Handle, 1e300);
        gate.Check(parameters, staysRaised: false);

        Assert.False(gate.IsRaised);
        Assert.Equal(3e38f, parameters.Groups[0].Gradients[0].item<float>());
    }

    [Theory]
    [InlineData(double.NaN, 0f)]
    [InlineData(double.PositiveInfinity, 0f)]
    [InlineData(1.0, float.NegativeInfinity)]
    [InlineData(1.0, float.NaN)]
    public void OneValueThatIsNotFiniteRaisesIt(double loss, float lastGradient)
    {
        using var model = new ResumedModel();
        using var parameters = new FlatParameters(model, DecayOnly.Matrices);
        using var gate = new UpdateGate(CPU);
        TensorMemory.Fill(gate.Loss.Handle, loss);
        parameters.Groups[^1].Gradients[-1].fill_(lastGradient);

        gate.Check(parameters, staysRaised: true);
        Assert.True(gate.IsRaised);

        TensorMemory.Fill(gate.Loss.Handle, 1.0);
        parameters.ZeroGradients();
        gate.Check(parameters, staysRaised: true);
        Assert.True(gate.IsRaised);
        gate.Check(parameters, staysRaised: false);
        Assert.False(gate.IsRaised);
        Assert.True(gate.Finite.item<bool>());
    }

    [Fact]
    public void EachUpdateIsToldOfOnceInOrderAndNothingIsAllocated()
    {
        using var model = new ResumedModel();
        using var parameters = new FlatParameters(model, DecayOnly.Matrices);
        using var gate = new UpdateGate(CPU);
        var leftOut = new System.Collections.Generic.List<long>(100);
        gate.LeavingOut = leftOut.Add;
        long allocated = 0;
        for (int update = 0; update < 100; update++)
        {
            TensorMemory.Fill(gate.Loss.Handle, update % 7 == 3 ? double.NaN : 1.0);
            long before = GC.GetAllocatedBytesForCurrentThread();
            gate.Check(parameters, staysRaised: false);
            gate.MakeRoom();
            gate.Send();
            allocated += update < 20 ? 0 : GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated);
        Assert.Equal(14, gate.LeftOut);
        Assert.Equal([3, 10, 17, 24, 31, 38, 45, 52, 59, 66, 73, 80, 87, 94], leftOut);
    }
}
