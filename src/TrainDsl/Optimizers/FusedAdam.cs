using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TrainDsl.Native;
using TrainDsl.Parameters;
using static TorchSharp.torch;

namespace TrainDsl.Optimizers;

/// <summary>How weight decay enters Adam's update.</summary>
public enum AdamDecay
{
    /// <summary>Added to the gradient: Adam (Kingma and Ba, 2015), libtorch's <c>_fused_adam_</c>.</summary>
    Coupled,

    /// <summary>Applied to the parameter: AdamW (Loshchilov and Hutter, 2019), libtorch's <c>_fused_adamw_</c>.</summary>
    Decoupled,
}

/// <summary>Adam and AdamW over flat parameters, by libtorch's fused kernels.</summary>
public sealed class FusedAdam : IOptimizer, IOptimizerState
{
    private readonly FlatParameters _parameters;
    private readonly AdamDecay _decay;
    private readonly double _beta1;
    private readonly double _beta2;
    private readonly double _epsilon;
    private readonly double _weightDecay;
    private readonly List<State> _states = [];
    private readonly Tensor _step;
    private long _calls;

    /// <summary>Prepares both moments of every parameter, as zeros.</summary>
    /// <param name="parameters">The parameters to update.</param>
    /// <param name="decay">How weight decay enters the update.</param>
    /// <param name="beta1">Decay rate of the first moment, in [0, 1).</param>
    /// <param name="beta2">Decay rate of the second moment, in [0, 1).</param>
    /// <param name="epsilon">Added to the denominator, above 0.</param>
    /// <param name="weightDecay">Weight decay of the groups that decay, at least 0.</param>
    public FusedAdam(FlatParameters parameters, AdamDecay decay, double beta1, double beta2, double epsilon, double weightDecay)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        _parameters = parameters;
        _decay = decay;
        _beta1 = beta1;
        _beta2 = beta2;
        _epsilon = epsilon;
        _weightDecay = weightDecay;
        foreach (ParameterGroup group in parameters.Groups)
        {
            _states.Add(new State(group, UpdatePart.NewMoment(group), UpdatePart.NewMoment(group)));
        }

        _step = zeros(1, ScalarType.Float32, parameters.Buffers[0].Values.device).DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public long StepCount => _calls - (_parameters.Gate?.LeftOut ?? 0);

    /// <inheritdoc/>
    public void Step(double learningRate, GradientScale? gradientScale = null)
    {
        UpdateGate? gate = _parameters.Gate;
        if (gradientScale is not { HasNorm: true })
        {
            _parameters.Norm?.Measure(gradientScale?.Divisor);
        }

        gradientScale?.DivideWideGradients();
        _calls++;
        // The kernels read the step, for bias correction, from a tensor.
        if (gate is null)
        {
            TensorMemory.Fill(_step.Handle, _calls);
        }
        else
        {
            Advance(gate.One, 1.0);
        }

        foreach (State state in _states)
        {
            foreach (UpdatePart part in state.Parts)
            {
                Update(state.Group, part, learningRate, gradientScale);
            }
        }

        if (gate is not null)
        {
            // An update that the device leaves out is no step.
            Advance(gate.Found, -1.0);
        }

        _parameters.ShowGradients();
    }

    IReadOnlyList<OptimizerMoment> IOptimizerState.Moments =>
    [
        .. _states.Select(static state => new OptimizerMoment("exp_avg", state.Group, state.FirstMoment)),
        .. _states.Select(static state => new OptimizerMoment("exp_avg_sq", state.Group, state.SecondMoment)),
    ];

    void IOptimizerState.RestoreStepCount(long stepCount)
    {
        _calls = stepCount + (_parameters.Gate?.LeftOut ?? 0);
        TensorMemory.Fill(_step.Handle, stepCount);
    }

    /// <summary>Releases the moments.</summary>
    public void Dispose()
    {
        foreach (State state in _states)
        {
            state.FirstMoment.Dispose();
            state.SecondMoment.Dispose();
            foreach (UpdatePart part in state.Parts)
            {
                part.Dispose();
            }
        }

        _step.Dispose();
    }

    private void Update(ParameterGroup group, UpdatePart part, double learningRate, GradientScale? gradientScale)
    {
        part.Widen();
        Operator update = _decay == AdamDecay.Decoupled
            ? new Operator("aten::_fused_adamw_\0"u8, "\0"u8)
            : new Operator("aten::_fused_adam_\0"u8, "\0"u8);
        update.PushTensorList(part.Values.Handle);
        update.PushTensorList(part.Gradients.Handle);
        update.PushTensorList(part.Moments[0]!.Handle);
        update.PushTensorList(part.Moments[1]!.Handle);
        update.PushTensorList(0); // the running maximum of the second moment, for amsgrad
        update.PushTensorList(_step.Handle);
        update.Push(learningRate);
        update.Push(_beta1);
        update.Push(_beta2);
        update.Push(group.Decays ? _weightDecay : 0.0);
        update.Push(_epsilon);
        update.Push(false); // amsgrad
        update.Push(false); // maximize
        update.PushOptionalTensor(gradientScale?.HandleFor(group) ?? 0);
        update.PushOptionalTensor(_parameters.Gate?.Found.Handle ?? 0); // found_inf
        update.Call();
        part.Narrow();
    }

    private void Advance(Tensor by, double factor)
    {
        nint step = TensorMemory.AddScaled(_step.Handle, by.Handle, factor);
        TensorMemory.Copy(_step.Handle, step);
        TensorMemory.Delete(step);
    }

    private sealed record State(ParameterGroup Group, Tensor FirstMoment, Tensor SecondMoment)
    {
        internal UpdatePart[] Parts { get; } = UpdatePart.Of(Group, FirstMoment, SecondMoment);
    }
}
