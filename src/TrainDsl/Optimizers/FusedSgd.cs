using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TrainDsl.Native;
using TrainDsl.Parameters;
using static TorchSharp.torch;

namespace TrainDsl.Optimizers;

/// <summary>Stochastic gradient descent with momentum over flat parameters, by libtorch's <c>_fused_sgd_</c>.</summary>
public sealed class FusedSgd : IOptimizer, IOptimizerState
{
    private readonly FlatParameters _parameters;
    private readonly double _momentum;
    private readonly double _dampening;
    private readonly bool _nesterov;
    private readonly double _weightDecay;
    private readonly List<State> _states = [];
    private long _calls;
    private bool _hasStepped;

    /// <summary>Prepares the momentum of every parameter, where there is any.</summary>
    /// <param name="parameters">The parameters to update.</param>
    /// <param name="momentum">Momentum, in [0, 1).</param>
    /// <param name="dampening">Dampening of momentum, in [0, 1].</param>
    /// <param name="nesterov">Whether momentum is Nesterov's.</param>
    /// <param name="weightDecay">Weight decay of the groups that decay, at least 0.</param>
    public FusedSgd(FlatParameters parameters, double momentum, double dampening, bool nesterov, double weightDecay)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        _parameters = parameters;
        _momentum = momentum;
        _dampening = dampening;
        _nesterov = nesterov;
        _weightDecay = weightDecay;
        foreach (ParameterGroup group in parameters.Groups)
        {
            _states.Add(new State(group, momentum == 0.0 ? null : UpdatePart.NewMoment(group)));
        }
    }

    /// <inheritdoc/>
    public long StepCount => _calls - (_parameters.Gate?.LeftOut ?? 0);

    /// <inheritdoc/>
    public void Step(double learningRate, GradientScale? gradientScale = null)
    {
        // Once there was a step nothing is read, for which a gate would wait.
        _hasStepped = _hasStepped || StepCount > 0;
        bool isFirstStep = !_hasStepped;
        _calls++;
        if (gradientScale is not { HasNorm: true })
        {
            _parameters.Norm?.Measure(gradientScale?.Divisor);
        }

        gradientScale?.DivideWideGradients();
        foreach (State state in _states)
        {
            foreach (UpdatePart part in state.Parts)
            {
                Update(state.Group, part, learningRate, isFirstStep, gradientScale);
            }
        }

        _parameters.ShowGradients();
    }

    IReadOnlyList<OptimizerMoment> IOptimizerState.Moments =>
    [
        .. _states.Where(static state => state.Momentum is not null)
            .Select(static state => new OptimizerMoment("momentum_buffer", state.Group, state.Momentum!)),
    ];

    void IOptimizerState.RestoreStepCount(long stepCount)
    {
        _calls = stepCount + (_parameters.Gate?.LeftOut ?? 0);
        _hasStepped = stepCount > 0;
    }

    /// <summary>Releases the momentum.</summary>
    public void Dispose()
    {
        foreach (State state in _states)
        {
            state.Momentum?.Dispose();
            foreach (UpdatePart part in state.Parts)
            {
                part.Dispose();
            }
        }
    }

    private void Update(ParameterGroup group, UpdatePart part, double learningRate, bool isFirstStep, GradientScale? gradientScale)
    {
        part.Widen();
        var update = new Operator("aten::_fused_sgd_\0"u8, "\0"u8);
        update.PushTensorList(part.Values.Handle);
        update.PushTensorList(part.Gradients.Handle);
        update.PushTensorList(part.Moments[0]?.Handle ?? 0);
        update.Push(group.Decays ? _weightDecay : 0.0);
        update.Push(_momentum);
        update.Push(learningRate);
        update.Push(_dampening);
        update.Push(_nesterov);
        update.Push(false); // maximize
        update.Push(isFirstStep); // the first momentum is the gradient itself, undampened
        update.PushOptionalTensor(gradientScale?.HandleFor(group) ?? 0);
        update.PushOptionalTensor(_parameters.Gate?.Found.Handle ?? 0); // found_inf
        update.Call();
        part.Narrow();
    }

    private sealed record State(ParameterGroup Group, Tensor? Momentum)
    {
        internal UpdatePart[] Parts { get; } = UpdatePart.Of(Group, Momentum);
    }
}
