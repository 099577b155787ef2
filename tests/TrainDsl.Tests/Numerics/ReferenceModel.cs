using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TrainDsl.Tests.Numerics;

/// <summary>The reference runs' MLP, at their initial weights.</summary>
internal sealed class ReferenceModel : Module<Tensor, Tensor>
{
    private readonly Linear _hidden;
    private readonly Linear _output;

    public ReferenceModel()
        : base(nameof(ReferenceModel))
    {
        int[] shape = ReferenceData.Shared.Shape;
        _hidden = Linear(shape[0], shape[1]);
        _output = Linear(shape[1], shape[2]);
        register_module("hidden", _hidden);
        register_module("output", _output);
        using var noGrad = no_grad();
        foreach ((string name, Parameter parameter) in named_parameters())
        {
            // Each tensor in a variable: one that is collected while a native call reads it ends the process.
            using Tensor elements = tensor(ReferenceData.Shared.Parameters[name]);
            using Tensor initial = elements.reshape(parameter.shape);
            parameter.copy_(initial);
        }
    }

    public override Tensor forward(Tensor inputs) => _output.call(_hidden.call(inputs).tanh());

    public Dictionary<string, float[]> Weights() =>
        named_parameters().ToDictionary(static named => named.name, static named => Elements(named.parameter.detach()));

    public Dictionary<string, float[]> Gradients(double divisor) =>
        named_parameters().ToDictionary(static named => named.name, named =>
        {
            using Tensor gradient = named.parameter.grad!;
            return Elements(gradient / divisor);
        });

    public static Tensor MeanLoss(ReferenceModel model, in ReferenceSamples.Batch batch) =>
        functional.cross_entropy(model.call(batch.Inputs), batch.Label);

    public static WeightedSum WeightedLoss(ReferenceModel model, in ReferenceSamples.Batch batch) =>
        new((batch.Weights * (model.call(batch.Inputs) - batch.Targets).square()).sum(), batch.Weights.sum());

    private static float[] Elements(Tensor tensor)
    {
        using (tensor)
        {
            return tensor.data<float>().ToArray();
        }
    }
}
