using System;
using static TrainDsl.Native.StableAbi;

namespace TrainDsl.Native;

/// <summary>Turns autograd's recording off on this thread while it lives, without managed allocation.</summary>
internal readonly ref struct NoGradient : IDisposable
{
    private readonly byte _before;

    public NoGradient()
    {
        _before = aoti_torch_grad_mode_is_enabled();
        aoti_torch_grad_mode_set_enabled(0);
    }

    public void Dispose() => aoti_torch_grad_mode_set_enabled(_before);
}
