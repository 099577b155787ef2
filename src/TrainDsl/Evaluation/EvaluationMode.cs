using System;
using System.Linq;
using TorchSharp;
using static TorchSharp.torch;

namespace TrainDsl.Evaluation;

/// <summary>Puts a model into eval mode without gradients, and each of its modules back into the mode it was in.</summary>
public sealed class EvaluationMode : IDisposable
{
    private readonly (nn.Module Module, bool WasTraining)[] _modules;
    private readonly IDisposable _noGrad;

    /// <param name="model">The model.</param>
    public EvaluationMode(nn.Module model)
    {
        ArgumentNullException.ThrowIfNull(model);
        _modules = [.. model.modules().Prepend(model).Select(static module => (module, module.training))];
        _noGrad = no_grad();
        model.eval();
    }

    /// <summary>Puts the model back.</summary>
    public void Dispose()
    {
        _noGrad.Dispose();
        // A module sets those inside it too; they come after it, and are set to their own.
        foreach ((nn.Module module, bool wasTraining) in _modules)
        {
            if (module.training != wasTraining)
            {
                module.train(wasTraining);
            }
        }
    }
}
