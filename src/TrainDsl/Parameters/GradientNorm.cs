using System;
using System.Runtime.Intrinsics;
using TorchSharp;
using TrainDsl.Native;
using static TorchSharp.torch;

namespace TrainDsl.Parameters;

/// <summary>
/// The L2 norm of the gradients of a global batch over all parameters. Squares are added up in float64: a sum in float32 stops growing, and is 1 percent too small or
/// too large at 2^26 elements. On the CPU the result does not depend on the number of threads. Allocates no managed memory once made.
/// </summary>
/// <remarks>Of several replicas, each adds up the gradients that it updates; the sums are added over all in their order.</remarks>
internal sealed unsafe class GradientNorm : IDisposable
{
    // Gradients whose squares are added up before their sum is added to those of others.
    private const long Slice = 1 << 15;

    private readonly FlatParameters _parameters;
    private readonly SquaresOnDevice[]? _onDevice;

    /// <param name="parameters">The parameters.</param>
    /// <param name="onDevice">Whether to add up by kernels of the device, which work on the CPU too.</param>
    internal GradientNorm(FlatParameters parameters, bool onDevice)
    {
        _parameters = parameters;
        Device device = parameters.Buffers[0].Values.device;
        Value = zeros([], ScalarType.Float64, device).DetachFromDisposeScope();
        if (onDevice)
        {
            _onDevice = new SquaresOnDevice[parameters.Buffers.Count];
            for (int index = 0; index < _onDevice.Length; index++)
            {
                _onDevice[index] = new SquaresOnDevice(parameters.Buffers[index].ShardGradients);
            }
        }
    }

    /// <param name="parameters">The parameters.</param>
    internal GradientNorm(FlatParameters parameters)
        : this(parameters, parameters.Buffers[0].Values.device.type != DeviceType.CPU)
    {
    }

    /// <summary>The norm, a float64 scalar on the gradients' device.</summary>
    internal Tensor Value { get; }

    /// <summary>Whether the norm is that of the gradients of this global batch.</summary>
    internal bool IsMeasured { get; private set; }

    /// <summary>A global batch begins, of which nothing is measured yet.</summary>
    internal void Forget() => IsMeasured = false;

    /// <summary>Takes the norm, unless that was done for this global batch; does not wait for a device that is this replica's alone.</summary>
    /// <param name="divisor">What the gradients are divided by, a float64 scalar on their device; null for 1.</param>
    internal void Measure(Tensor? divisor)
    {
        if (IsMeasured)
        {
            return;
        }

        IsMeasured = true;
        if (_onDevice is null)
        {
            double squares = SumOfSquares();
            TensorMemory.Fill(Value.Handle, Math.Sqrt(_parameters.Members?.AllReduce(squares) ?? squares));
        }
        else
        {
            MeasureOnDevice();
        }

        if (divisor is not null)
        {
            Operator.Apply("aten::div\0"u8, Value.Handle, divisor.Handle, Value.Handle);
        }
    }

    public void Dispose()
    {
        foreach (SquaresOnDevice squares in _onDevice ?? [])
        {
            squares.Dispose();
        }

        Value.Dispose();
    }

    private void MeasureOnDevice()
    {
        TensorMemory.Zero(Value.Handle);
        foreach (SquaresOnDevice squares in _onDevice!)
        {
            squares.AddTo(Value.Handle);
        }

        if (_parameters.Members is { } members)
        {
            TensorMemory.Fill(Value.Handle, members.AllReduce(TensorMemory.Item(Value.Handle)));
        }

        // aten::sqrt.out(Tensor self, *, Tensor(a!) out)
        var root = new Operator("aten::sqrt\0"u8, "out\0"u8);
        root.PushTensor(Value.Handle);
        root.PushTensor(Value.Handle);
        root.CallAndDiscard();
    }

    private double SumOfSquares()
    {
        double sum = 0.0;
        for (int index = 0; index < _parameters.Buffers.Count; index++)
        {
            ParameterBuffer buffer = _parameters.Buffers[index];
            void* gradients = TensorMemory.Address(buffer.ShardGradients.Handle);
            for (long start = 0; start < buffer.Shard.Length; start += Slice)
            {
                long count = Math.Min(Slice, buffer.Shard.Length - start);
                sum += buffer.StateType == ScalarType.Float64
                    ? SumOfSquares((double*)gradients + start, count)
                    : SumOfSquares((float*)gradients + start, count);
            }
        }

        return sum;
    }

    // The square of a float32 is exact in float64. Lanes are of a fixed number, so that machines of other vector widths come to the same bits.
    private static double SumOfSquares(float* values, long count)
    {
        Vector256<double> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
        long index = 0;
        for (; index <= count - 16; index += 16)
        {
            (Vector256<double> first, Vector256<double> second) = Vector256.Widen(Vector256.Load(values + index));
            (Vector256<double> third, Vector256<double> fourth) = Vector256.Widen(Vector256.Load(values + index + 8));
            sum0 += first * first;
            sum1 += second * second;
            sum2 += third * third;
            sum3 += fourth * fourth;
        }

        double rest = 0.0;
        for (; index < count; index++)
        {
            rest += (double)values[index] * values[index];
        }

        return Vector256.Sum(sum0 + sum1 + (sum2 + sum3)) + rest;
    }

    private static double SumOfSquares(double* values, long count)
    {
        Vector256<double> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
        long index = 0;
        for (; index <= count - 16; index += 16)
        {
            Vector256<double> first = Vector256.Load(values + index);
            Vector256<double> second = Vector256.Load(values + index + 4);
            Vector256<double> third = Vector256.Load(values + index + 8);
            Vector256<double> fourth = Vector256.Load(values + index + 12);
            sum0 += first * first;
            sum1 += second * second;
            sum2 += third * third;
            sum3 += fourth * fourth;
        }

        double rest = 0.0;
        for (; index < count; index++)
        {
            rest += values[index] * values[index];
        }

        return Vector256.Sum(sum0 + sum1 + (sum2 + sum3)) + rest;
    }

    /// <summary>The sum of a flat tensor's squares by kernels: the norm of each slice in the tensor's element type, and their squares in float64.</summary>
    private sealed class SquaresOnDevice : IDisposable
    {
        private readonly Tensor _norms;
        private readonly Tensor _wideNorms;
        private readonly (Tensor Values, Tensor Norms, long Dimension)[] _parts;

        internal SquaresOnDevice(Tensor flat)
        {
            long slices = flat.numel() / Slice;
            long rest = flat.numel() % Slice;
            _norms = zeros(slices + 1, flat.dtype, flat.device).DetachFromDisposeScope();
            _wideNorms = zeros(slices + 1, ScalarType.Float64, flat.device).DetachFromDisposeScope();
            using Tensor full = flat.narrow(0, 0, slices * Slice);
            (Tensor, Tensor, long)[] whole = slices == 0 ? []
                : [(full.view(slices, Slice).DetachFromDisposeScope(), _norms.narrow(0, 0, slices).DetachFromDisposeScope(), 1)];
            (Tensor, Tensor, long)[] partial = rest == 0 ? []
                : [(flat.narrow(0, slices * Slice, rest).DetachFromDisposeScope(), _norms[slices].DetachFromDisposeScope(), 0)];
            _parts = [.. whole, .. partial];
        }

        internal void AddTo(nint sum)
        {
            foreach ((Tensor values, Tensor norms, long dimension) in _parts)
            {
                // aten::frobenius_norm.out(Tensor self, int[1] dim, bool keepdim=False, *, Tensor(a!) out)
                var norm = new Operator("aten::frobenius_norm\0"u8, "out\0"u8);
                norm.PushTensor(values.Handle);
                norm.PushIntegerList(dimension);
                norm.Push(false);
                norm.PushTensor(norms.Handle);
                norm.CallAndDiscard();
            }

            TensorMemory.Copy(_wideNorms.Handle, _norms.Handle);
            var dot = new Operator("aten::dot\0"u8, "\0"u8);
            dot.PushTensor(_wideNorms.Handle);
            dot.PushTensor(_wideNorms.Handle);
            nint squares = dot.CallForTensor();
            nint both = TensorMemory.AddScaled(sum, squares, 1.0);
            TensorMemory.Copy(sum, both);
            TensorMemory.Delete(both);
            TensorMemory.Delete(squares);
        }

        public void Dispose()
        {
            foreach ((Tensor values, Tensor norms, _) in _parts)
            {
                values.Dispose();
                norms.Dispose();
            }

            _norms.Dispose();
            _wideNorms.Dispose();
        }
    }
}
