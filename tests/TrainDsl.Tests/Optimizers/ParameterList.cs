using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainDsl.Tests.Optimizers;

/// <summary>A model that is its parameters and nothing else: vectors of zeros, whose gradients a test sets.</summary>
internal sealed class ParameterList : nn.Module
{
    private readonly Parameter[] _vectors;

    public ParameterList(ScalarType type, params long[] sizes)
        : this([.. sizes.Select(size => (type, size))])
    {
    }

    public ParameterList(params (ScalarType Type, long Size)[] parameters)
        : base(nameof(ParameterList))
    {
        _vectors = [.. parameters.Select(static p => nn.Parameter(zeros(p.Size, dtype: p.Type)))];
        for (int index = 0; index < _vectors.Length; index++)
        {
            register_parameter($"p{index}", _vectors[index]);
        }
    }

    /// <summary>Writes into the gradients where there are any, as autograd does, else gives the parameters new ones.</summary>
    public void SetGradients(params float[][] gradients)
    {
        for (int index = 0; index < _vectors.Length; index++)
        {
            using Tensor values = tensor(gradients[index]).to_type(_vectors[index].dtype);
            if (_vectors[index].grad is { } existing)
            {
                existing.copy_(values);
            }
            else
            {
                _vectors[index].grad = values.clone();
            }
        }
    }

    public Parameter Vector(int index) => _vectors[index];

    public float[] Gradients() => [.. _vectors.SelectMany(static p => p.grad!.to_type(ScalarType.Float32).data<float>().ToArray())];

    public float[] Values() => [.. _vectors.SelectMany(static p => p.detach().to_type(ScalarType.Float32).data<float>().ToArray())];
}
