using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TrainDsl.Monitoring;
using TrainDsl.Parameters;
using static TorchSharp.torch;

namespace TrainDsl.Faults;

/// <summary>
/// Warns of a buffer that has become NaN, running statistics say: training goes on as if nothing were, and every evaluation of the run, and of the model that it
/// leaves, is NaN.
/// </summary>
internal sealed class BuffersNotNumbers
{
    private readonly nn.Module _model;
    private readonly Notices _notices;
    private readonly List<StateTensor> _watched;

    /// <param name="model">The model as the run begins. A buffer that has a NaN already is left alone.</param>
    /// <param name="notices">Who is told.</param>
    internal BuffersNotNumbers(nn.Module model, Notices notices)
    {
        _model = model;
        _notices = notices;
        _watched = [.. ModelState.BuffersOf(model).Where(static buffer => is_floating_point(buffer.Value.dtype) && !HasNaN(buffer.Value))];
    }

    /// <summary>Tells of the first buffer that has become NaN, once a run. Waits for the device.</summary>
    /// <param name="step">Steps that have been made.</param>
    internal void Check(long step)
    {
        if (_watched.Find(static buffer => HasNaN(buffer.Value)) is { Value: not null } found)
        {
            _notices.Warn(
                $"buffer '{found.Name}' of the model {_model.GetName()} is not a number after step {step}, and so is every evaluation that computes with it. Running statistics become so "
                + "where a batch norm gets one value a channel, or values that are not finite: look at the last micro-batch of an epoch, or declare [NonFinite].");
            _watched.Clear();
        }
    }

    private static bool HasNaN(Tensor buffer)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        return buffer.isnan().any().item<bool>();
    }
}
