using System;
using System.Linq;
using TorchSharp;
using TrainDsl.Native;
using TrainDsl.Parameters;
using static TorchSharp.torch;

namespace TrainDsl.Optimizers;

/// <summary>
/// What the gradients of a global batch are divided by before the update: the weight of the global batch, and the factor that brings their norm
/// under a bound. It stays on the gradients' device, and the fused update applies it, so that neither costs a pass or a synchronisation of its own.
/// </summary>
public sealed class GradientScale : IDisposable
{
    // As torch.nn.utils.clip_grad_norm_ adds to the norm.
    private const double NormEpsilon = 1e-6;

    // The smallest normal float32: a global batch of weight 0 has a gradient of 0, and 0 divided by this stays 0.
    private const double SmallestWeight = 1.1754943508222875e-38;

    private readonly FlatParameters _parameters;
    private readonly Tensor?[] _wideGradients;
    private readonly Tensor _scale;
    private readonly Tensor _excess;
    private readonly Tensor _norm;
    private readonly Tensor _one;
    private readonly Tensor _maxNorm;
    private readonly Tensor _epsilon;
    private readonly Tensor _smallestWeight;

    /// <param name="parameters">The parameters whose gradients are scaled.</param>
    public GradientScale(FlatParameters parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        _parameters = parameters;
        _wideGradients = [.. parameters.Buffers.Select(static buffer => WideGradients(buffer))];
        Device device = parameters.Buffers[0].Values.device;
        _scale = Scalar(device);
        _excess = Scalar(device);
        _norm = Scalar(device);
        _one = Scalar(device);
        _maxNorm = Scalar(device);
        _epsilon = Scalar(device);
        _smallestWeight = Scalar(device);
        TensorMemory.Fill(_one.Handle, 1.0);
        TensorMemory.Fill(_epsilon.Handle, NormEpsilon);
        TensorMemory.Fill(_smallestWeight.Handle, SmallestWeight);
    }

    internal nint Handle => _scale.Handle;

    /// <summary>
    /// The L2 norm of the last clipped gradient, before clipping, after division by the weight. Reading it waits for the device.
    /// </summary>
    public double Norm => TensorMemory.Item(_norm.Handle);

    /// <summary>Starts a global batch: the gradients are divided by 1.</summary>
    public void Reset() => TensorMemory.Copy(_scale.Handle, _one.Handle);

    /// <summary>Divides the gradients by the weight of the global batch.</summary>
    /// <param name="weight">The weight summed over the micro-batches of this replica. Of several replicas, the weights are summed over all.</param>
    public void DivideBy(WeightMeter weight)
    {
        ArgumentNullException.ThrowIfNull(weight);
        if (_parameters.Members is { } members)
        {
            TensorMemory.Fill(weight.Sum.Handle, members.AllReduce(weight.Value));
        }

        Apply("aten::maximum\0"u8, weight.Sum, _smallestWeight, _scale);
    }

    /// <summary>
    /// Clips the gradients' L2 norm over all parameters, as <c>torch.nn.utils.clip_grad_norm_</c> does: where the norm is above the bound,
    /// the divisor grows by (norm + 1e-6) / bound.
    /// </summary>
    /// <param name="maxNorm">The largest norm let through, above 0.</param>
    /// <remarks>Of several replicas, each takes the norm of the gradients that it updates; the squares are summed over all in their order.</remarks>
    public void ClipNorm(double maxNorm)
    {
        nint squares = SumOfSquares();
        if (_parameters.Members is { } members)
        {
            TensorMemory.Fill(squares, members.AllReduce(TensorMemory.Item(squares)));
        }

        var root = new Operator("aten::sqrt\0"u8, "out\0"u8);
        root.PushTensor(squares);
        root.PushTensor(_norm.Handle);
        root.CallAndDiscard();
        TensorMemory.Delete(squares);
        Divide(_norm, _scale, _norm);

        // excess = max(1, (norm + epsilon) / bound); scale *= excess
        TensorMemory.Fill(_maxNorm.Handle, maxNorm);
        nint raised = TensorMemory.AddScaled(_norm.Handle, _epsilon.Handle, 1.0);
        TensorMemory.Copy(_excess.Handle, raised);
        TensorMemory.Delete(raised);
        Divide(_excess, _maxNorm, _excess);
        Apply("aten::maximum\0"u8, _excess, _one, _excess);
        Apply("aten::mul\0"u8, _scale, _excess, _scale);
    }

    /// <summary>Releases the scalars.</summary>
    public void Dispose()
    {
        foreach (Tensor tensor in (ReadOnlySpan<Tensor>)[_scale, _excess, _norm, _one, _maxNorm, _epsilon, _smallestWeight])
        {
            tensor.Dispose();
        }

        foreach (Tensor? gradients in _wideGradients)
        {
            gradients?.Dispose();
        }
    }

    // 16 bits hold neither the square of a norm above 255 (float16) nor three digits of it (bfloat16): such gradients are squared in float32.
    private static Tensor? WideGradients(ParameterBuffer buffer) =>
        buffer.ElementType is ScalarType.Float16 or ScalarType.BFloat16
            ? empty_like(buffer.ShardGradients, ScalarType.Float32).DetachFromDisposeScope()
            : null;

    private static Tensor Scalar(Device device) => zeros([], ScalarType.Float32, device).DetachFromDisposeScope();

    private static void Divide(Tensor left, Tensor right, Tensor result) => Apply("aten::div\0"u8, left, right, result);

    private static void Apply(ReadOnlySpan<byte> name, Tensor left, Tensor right, Tensor result)
    {
        var operation = new Operator(name, "out\0"u8);
        operation.PushTensor(left.Handle);
        operation.PushTensor(right.Handle);
        operation.PushTensor(result.Handle);
        operation.CallAndDiscard();
    }

    private nint SumOfSquares()
    {
        nint sum = 0;
        for (int index = 0; index < _parameters.Buffers.Count; index++)
        {
            nint gradients = _parameters.Buffers[index].ShardGradients.Handle;
            if (_wideGradients[index] is { } wide)
            {
                TensorMemory.Copy(wide.Handle, gradients);
                gradients = wide.Handle;
            }

            var dot = new Operator("aten::dot\0"u8, "\0"u8);
            dot.PushTensor(gradients);
            dot.PushTensor(gradients);
            nint squares = dot.CallForTensor();
            if (sum == 0)
            {
                sum = squares;
                continue;
            }

            nint both = TensorMemory.AddScaled(sum, squares, 1.0);
            TensorMemory.Delete(sum);
            TensorMemory.Delete(squares);
            sum = both;
        }

        return sum;
    }
}
