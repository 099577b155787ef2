using System;
using TorchSharp;
using static TorchSharp.torch;

namespace TrainDsl.Evaluation;

/// <summary>Puts a model into eval mode without gradients, and back into the mode it was in.</summary>
public sealed class EvaluationMode : IDisposable
{
    private readonly nn.Module _model;
    private readonly bool _wasTraining;
    private readonly IDisposable _noGrad;

    /// <param name="model">The model.</param>
    public EvaluationMode(nn.Module model)
    {
        ArgumentNullException.ThrowIfNull(model);
        _model = model;
        _wasTraining = model.training;
        _noGrad = no_grad();
        model.eval();
    }

    /// <summary>Puts the model back.</summary>
    public void Dispose()
    {
        _noGrad.Dispose();
        _model.train(_wasTraining);
    }
}
