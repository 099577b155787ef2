using System;
using TorchSharp;
using TrainDsl.Native;
using TrainDsl.Parameters;
using static TorchSharp.torch;

namespace TrainDsl.Optimizers;

/// <summary>
/// What the gradients of a global batch are divided by before the update: the weight of the global batch, and the factor that brings their norm
/// under a bound. It stays on the gradients' device in float64. The fused update applies it in float32, so that neither costs a pass or a synchronisation of its
/// own; gradients of float64 are divided in float64 before it.
/// </summary>
public sealed class GradientScale : IDisposable
{
    // As torch.nn.utils.clip_grad_norm_ adds to the norm.
    private const double NormEpsilon = 1e-6;

    private readonly FlatParameters _parameters;
    private readonly GradientNorm _norm;
    private readonly Tensor _kernelScale;
    private readonly Tensor _scale;
    private readonly Tensor _excess;
    private readonly Tensor _one;
    private readonly Tensor _maxNorm;
    private readonly Tensor _epsilon;
    private readonly Tensor _infinity;
    private readonly Tensor _isPositive;

    /// <param name="parameters">The parameters whose gradients are scaled.</param>
    public GradientScale(FlatParameters parameters)
        : this(parameters, parameters?.Buffers[0].Values.device.type != DeviceType.CPU)
    {
    }

    /// <param name="parameters">The parameters whose gradients are scaled.</param>
    /// <param name="onDevice">Whether to compute as on a device that is not waited for, which works on the CPU too.</param>
    internal GradientScale(FlatParameters parameters, bool onDevice)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        _parameters = parameters;
        IsOnDevice = onDevice;
        _norm = new GradientNorm(parameters, onDevice);
        Device device = parameters.Buffers[0].Values.device;
        _kernelScale = ones([], ScalarType.Float32, device).DetachFromDisposeScope();
        Divisor = Scalar(1.0, device);
        _scale = Scalar(1.0, device);
        _excess = Scalar(1.0, device);
        _one = Scalar(1.0, device);
        _maxNorm = Scalar(1.0, device);
        _epsilon = Scalar(NormEpsilon, device);
        _infinity = Scalar(double.PositiveInfinity, device);
        _isPositive = zeros([], ScalarType.Bool, device).DetachFromDisposeScope();
    }

    /// <summary>
    /// The L2 norm of the last clipped gradient, before clipping, after division by the weight. Reading it waits for the device.
    /// </summary>
    public double Norm => TensorMemory.Item(_norm.Value.Handle);

    /// <summary>Whether <see cref="Norm"/> is that of this global batch.</summary>
    internal bool HasNorm => _norm.IsMeasured;

    /// <summary>What the gradients are divided by before clipping, a float64 scalar on their device: not a number for a weight that is none.</summary>
    internal Tensor Divisor { get; }

    private bool IsOnDevice { get; }

    /// <summary>Starts a global batch: the gradients are divided by 1.</summary>
    public void Reset()
    {
        _norm.Forget();
        TensorMemory.Copy(Divisor.Handle, _one.Handle);
        Take(Divisor);
    }

    /// <summary>Divides the gradients by the weight of the global batch. A weight of 0 leaves a gradient of zero.</summary>
    /// <param name="weight">The weight summed over the micro-batches of this replica. Of several replicas, the weights are summed over all.</param>
    public void DivideBy(WeightMeter weight)
    {
        ArgumentNullException.ThrowIfNull(weight);
        _norm.Forget();
        if (!IsOnDevice || _parameters.Members is not null)
        {
            double sum = _parameters.Members?.AllReduce(weight.Value) ?? weight.Value;
            TensorMemory.Fill(Divisor.Handle, DivisorOf(sum));
        }
        else
        {
            DivideOnDevice(weight.Sum.Handle);
        }

        Take(Divisor);
    }

    /// <summary>
    /// Clips the gradients' L2 norm over all parameters, as <c>torch.nn.utils.clip_grad_norm_</c> does: where the norm is above the bound,
    /// the divisor grows by (norm + 1e-6) / bound.
    /// </summary>
    /// <param name="maxNorm">The largest norm let through, above 0.</param>
    /// <remarks>Of several replicas, each takes the norm of the gradients that it updates; the squares are summed over all in their order.</remarks>
    public void ClipNorm(double maxNorm)
    {
        _norm.Measure(Divisor);

        // excess = max(1, (norm + epsilon) / bound); scale = divisor x excess
        TensorMemory.Fill(_maxNorm.Handle, maxNorm);
        nint raised = TensorMemory.AddScaled(_norm.Value.Handle, _epsilon.Handle, 1.0);
        Operator.Apply("aten::div\0"u8, raised, _maxNorm.Handle, _excess.Handle);
        TensorMemory.Delete(raised);
        Operator.Apply("aten::maximum\0"u8, _excess.Handle, _one.Handle, _excess.Handle);
        Operator.Apply("aten::mul\0"u8, Divisor.Handle, _excess.Handle, _excess.Handle);
        Take(_excess);
    }

    /// <summary>Releases the scalars.</summary>
    public void Dispose()
    {
        foreach (Tensor tensor in (Tensor[])[_kernelScale, Divisor, _scale, _excess, _one, _maxNorm, _epsilon, _infinity, _isPositive])
        {
            tensor.Dispose();
        }

        _norm.Dispose();
    }

    /// <summary>Divides gradients of float64 by the scale: kernels take a scale of float32 alone.</summary>
    internal void DivideWideGradients()
    {
        for (int index = 0; index < _parameters.Buffers.Count; index++)
        {
            ParameterBuffer buffer = _parameters.Buffers[index];
            if (buffer.StateType == ScalarType.Float64)
            {
                nint gradients = buffer.ShardGradients.Handle;
                Operator.Apply("aten::div\0"u8, gradients, _scale.Handle, gradients);
            }
        }
    }

    /// <summary>The scale that a kernel is to apply to the gradients of a group, or zero where that is done already.</summary>
    internal nint HandleFor(ParameterGroup group) => group.Buffer.StateType == ScalarType.Float64 ? 0 : _kernelScale.Handle;

    /// <summary>Puts what the losses of the global batch add up to, divided as the gradients are, in their place.</summary>
    /// <param name="loss">A float64 scalar on the gradients' device.</param>
    internal void DivideLoss(Tensor loss) => Operator.Apply("aten::div\0"u8, loss.Handle, Divisor.Handle, loss.Handle);

    /// <summary>Whether every gradient that this replica updates by is finite, once divided. Waits for the device.</summary>
    internal static bool AllFinite(FlatParameters parameters, GradientScale? scale)
    {
        foreach (ParameterGroup group in parameters.Groups)
        {
            using Tensor divided = scale is null ? group.Gradients.alias() : group.Gradients / scale._scale;
            using Tensor finite = isfinite(divided);
            using Tensor all = finite.all();
            if (!all.item<bool>())
            {
                return false;
            }
        }

        return true;
    }

    private static Tensor Scalar(double value, Device device) => full([], value, ScalarType.Float64, device).DetachFromDisposeScope();

    // Divided by infinity, a gradient is zero. What is no weight shows in the update rather than train on as if there were nothing to learn.
    private static double DivisorOf(double weight) =>
        weight == 0.0 ? double.PositiveInfinity : weight > 0.0 && double.IsFinite(weight) ? weight : double.NaN;

    private void DivideOnDevice(nint weight)
    {
        // divisor = weight > 0 ? weight + (weight - weight) : infinity + 0 x sqrt(weight), of which the last is not a number below 0.
        nint nothing = TensorMemory.AddScaled(weight, weight, -1.0);
        nint checkedWeight = TensorMemory.AddScaled(weight, nothing, 1.0);
        var root = new Operator("aten::sqrt\0"u8, "out\0"u8);
        root.PushTensor(weight);
        root.PushTensor(Divisor.Handle);
        root.CallAndDiscard();
        nint otherwise = TensorMemory.AddScaled(_infinity.Handle, Divisor.Handle, 0.0);
        TensorMemory.Copy(Divisor.Handle, otherwise);
        Operator.Apply("aten::gt\0"u8, "Tensor_out\0"u8, weight, nothing, _isPositive.Handle);

        var choice = new Operator("aten::where\0"u8, "self_out\0"u8);
        choice.PushTensor(_isPositive.Handle);
        choice.PushTensor(checkedWeight);
        choice.PushTensor(otherwise);
        choice.PushTensor(Divisor.Handle);
        choice.CallAndDiscard();
        TensorMemory.Delete(nothing);
        TensorMemory.Delete(checkedWeight);
        TensorMemory.Delete(otherwise);
    }

    private void Take(Tensor scale)
    {
        TensorMemory.Copy(_scale.Handle, scale.Handle);
        TensorMemory.Copy(_kernelScale.Handle, scale.Handle);
    }
}
