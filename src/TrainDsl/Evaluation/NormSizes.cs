using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp.Modules;
using TrainDsl.Faults;
using static TorchSharp.torch;

namespace TrainDsl.Evaluation;

/// <summary>
/// Notes how many values of a channel the batch norms of a model see that are in training. libtorch's operator takes one value without a word, as
/// <c>torch.nn.functional.batch_norm</c> of PyTorch does not.
/// </summary>
internal sealed class NormSizes : IDisposable
{
    private const int ChannelDimension = 1;

    private readonly List<IDisposable> _hooks = [];

    /// <param name="model">The model, in the modes that it trains in.</param>
    internal NormSizes(nn.Module model)
    {
        foreach ((string name, nn.Module module) in model.named_modules().Where(static named => named.module.training))
        {
            if (module is BatchNorm norm)
            {
                Any = true;
                string words = NormsOfOneValue.WordsOf(name, norm);
                var remover = norm.register_forward_pre_hook((_, input) =>
                {
                    Note(words, input);
                    return input;
                });
                _hooks.Add(new Hook(remover.remove));
            }
        }
    }

    /// <summary>Whether there is a batch norm in training.</summary>
    internal bool Any { get; }

    /// <summary>The first norm that saw one value a channel, in words; null if none did.</summary>
    internal string? OfOneValue { get; private set; }

    /// <summary>Stops noting.</summary>
    public void Dispose()
    {
        foreach (IDisposable hook in _hooks)
        {
            hook.Dispose();
        }

        _hooks.Clear();
    }

    private void Note(string norm, Tensor input)
    {
        if (input.dim() > ChannelDimension && input.numel() == input.shape[ChannelDimension])
        {
            OfOneValue ??= norm;
        }
    }

    private sealed class Hook(Action remove) : IDisposable
    {
        public void Dispose() => remove();
    }
}
