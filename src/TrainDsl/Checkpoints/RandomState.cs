using System;
using static TorchSharp.torch;

namespace TrainDsl.Checkpoints;

/// <summary>The state of the process's generator of random numbers on the CPU, which dropout draws from.</summary>
internal static class RandomState
{
    public static byte[] Capture()
    {
        using Tensor state = get_rng_state();
        return state.data<byte>().ToArray();
    }

    public static void Restore(byte[] state)
    {
        using Tensor value = tensor(state);
        set_rng_state(value);
    }

    /// <summary>
    /// Seeds the generators of all CUDA devices for a step. TorchSharp does not give out their state: what would have to bring it back starts it anew instead.
    /// </summary>
    public static void SeedDevices(long seed, long step) =>
        cuda.manual_seed_all(unchecked((seed * 6364136223846793005L) + (step * 1442695040888963407L)));

    /// <summary>libtorch ends the process where a state has another size than its own.</summary>
    /// <exception cref="ResumeException">It is not a state of this version of libtorch.</exception>
    public static void Validate(string folder, byte[] state)
    {
        using Tensor current = get_rng_state();
        if (state.Length != current.numel())
        {
            throw new ResumeException(
                folder,
                $"its generator of random numbers has a state of {state.Length} bytes, and {current.numel()} are expected: it was written with "
                + "another version of libtorch. Resume with that one.");
        }
    }
}
