using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TrainDsl.Tests.Resuming;

/// <summary>A model with all that a state has: trained, frozen and tied parameters, buffers of two element types, and dropout.</summary>
internal sealed class ResumedModel : Module<Tensor, Tensor>
{
    private readonly Linear _hidden;
    private readonly BatchNorm1d _norm = BatchNorm1d(16);
    private readonly Dropout _dropout = Dropout(0.3);
    private readonly Linear _again = Linear(16, 16);
    private readonly Linear _tied = Linear(16, 16, hasBias: false);
    private readonly Linear _frozen = Linear(16, 16);
    private readonly Linear _output = Linear(16, 4);

    public ResumedModel(int features = ResumedSamples.FeatureCount)
        : base(nameof(ResumedModel))
    {
        _hidden = Linear(features, 16);
        _tied.weight = _again.weight;
        register_module("hidden", _hidden);
        register_module("norm", _norm);
        register_module("dropout", _dropout);
        register_module("again", _again);
        register_module("tied", _tied);
        register_module("frozen", _frozen);
        register_module("output", _output);
        foreach (Parameter parameter in _frozen.parameters())
        {
            parameter.requires_grad = false;
        }
    }

    public override Tensor forward(Tensor input)
    {
        Tensor hidden = _dropout.call(functional.relu(_norm.call(_hidden.call(input))));
        return _output.call(_frozen.call(_tied.call(_again.call(hidden).tanh())));
    }

    /// <summary>The bytes of every parameter and buffer by name.</summary>
    public Dictionary<string, byte[]> State() => state_dict().ToDictionary(
        static pair => pair.Key,
        static pair =>
        {
            using Tensor copy = pair.Value.detach().contiguous();
            return copy.bytes.ToArray();
        });
}
