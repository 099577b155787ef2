using System;
using System.Collections.Generic;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainDsl.Faults;

/// <summary>
/// Refuses the forward pass in which a norm in training gets one value to normalize over, before it computes. libtorch's operators take one value without a word, where
/// PyTorch's functions raise an error: the output is the norm's bias whatever goes in, nothing before it learns, and running variances become NaN.
/// </summary>
internal sealed class NormsOfOneValue : IDisposable
{
    private readonly List<Action> _removals = [];

    /// <param name="model">The model that is trained.</param>
    internal NormsOfOneValue(nn.Module model)
    {
        foreach ((string name, nn.Module module) in model.named_modules())
        {
            if (IsWatched(module) && module is nn.Module<Tensor, Tensor> norm)
            {
                string words = WordsOf(name, norm);
                var remover = norm.register_forward_pre_hook((_, input) =>
                {
                    // A tensor that is no tensor any longer is the norm's own to complain of.
                    if (norm.training && !input.IsInvalid && IsOfOneValue(norm, input))
                    {
                        throw new InvalidOperationException(
                            $"{words} gets [{string.Join(", ", input.shape)}], which is one value to normalize over: one value has no variance, and what comes out is the norm's "
                            + "bias whatever goes in. Give it more (more samples in a micro-batch for a batch norm; fewer strides or poolings before, or larger samples, for "
                            + "the others), put LayerNorm over the features in its place, or leave it out.");
                    }

                    return input;
                });
                _removals.Add(remover.remove);
            }
        }
    }

    /// <summary>A norm in words: its kind and its name in the model.</summary>
    internal static string WordsOf(string name, nn.Module norm)
    {
        // TorchSharp names a module that a property holds by the field behind it.
        string plain = name.Replace("<", "", StringComparison.Ordinal).Replace(">k__BackingField", "", StringComparison.Ordinal);
        return $"{norm.GetType().Name} '{plain}'";
    }

    /// <summary>Stops watching.</summary>
    public void Dispose()
    {
        foreach (Action remove in _removals)
        {
            remove();
        }

        _removals.Clear();
    }

    private static bool IsWatched(nn.Module module) => module is BatchNorm or InstanceNorm or GroupNorm;

    private static bool IsOfOneValue(nn.Module norm, Tensor input)
    {
        long values = input.numel();
        return values > 0 && values == GroupsOf(norm, input);
    }

    /// <summary>How many groups of values there are that each have a mean and a variance of their own; 0 where the norm is to complain of the shape.</summary>
    private static long GroupsOf(nn.Module norm, Tensor input)
    {
        long dimensions = input.dim();
        return norm switch
        {
            BatchNorm when dimensions > 1 => input.size(1),
            GroupNorm { num_groups: var groups } when dimensions > 1 => input.size(0) * groups,
            InstanceNorm1d when dimensions > 1 => Leading(input, dimensions - 1),
            InstanceNorm2d when dimensions > 2 => Leading(input, dimensions - 2),
            InstanceNorm3d when dimensions > 3 => Leading(input, dimensions - 3),
            _ => 0,
        };
    }

    private static long Leading(Tensor input, long dimensions)
    {
        long groups = 1;
        for (int dimension = 0; dimension < dimensions; dimension++)
        {
            groups *= input.size(dimension);
        }

        return groups;
    }
}
