using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainDsl.Parameters;

/// <summary>Decides which parameters weight decay applies to, by the modules that own them.</summary>
internal sealed partial class DecayRule
{
    private readonly HashSet<Parameter>? _leftOut;

    /// <param name="model">The model.</param>
    /// <param name="decayOnly">What the definition declares.</param>
    internal DecayRule(nn.Module model, DecayOnly decayOnly)
    {
        if (decayOnly == DecayOnly.All)
        {
            return;
        }

        _leftOut = new HashSet<Parameter>(ReferenceEqualityComparer.Instance);
        foreach (nn.Module module in model.modules().Prepend(model))
        {
            bool isNorm = IsNorm(module.GetType());
            foreach ((string name, Parameter parameter) in module.named_parameters(recurse: false))
            {
                if (isNorm || parameter.dim() < 2 || IsBias(name))
                {
                    _leftOut.Add(parameter);
                }
            }
        }
    }

    /// <summary>Whether weight decay applies to a parameter.</summary>
    internal bool Decays(Parameter parameter) => _leftOut is null || !_leftOut.Contains(parameter);

    // BatchNorm2d, LayerNorm, GroupNorm, InstanceNorm1d of TorchSharp, what derives from them, and norms of the user's own by the same convention. A wrapper that
    // normalises the weights of another layer owns that layer's weights.
    private static bool IsNorm(Type? type)
    {
        for (; type is not null && type != typeof(nn.Module); type = type.BaseType)
        {
            if (NormName().IsMatch(type.Name))
            {
                return true;
            }
        }

        return false;
    }

    // bias, bias_ih_l0, bias_k, in_proj_bias: the names of TorchSharp's layers, of whatever shape.
    private static bool IsBias(string name) =>
        name.Equals("bias", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("bias_", StringComparison.OrdinalIgnoreCase)
        || name.EndsWith("_bias", StringComparison.OrdinalIgnoreCase)
        || name.EndsWith(".bias", StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"(?<!^Weight|^Spectral)Norm(\d[dD])?(`\d+)?$", RegexOptions.CultureInvariant)]
    private static partial Regex NormName();
}
