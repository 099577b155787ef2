using System;
using System.Threading;
using static TorchSharp.torch;

namespace TrainDsl.Checkpoints;

/// <summary>
/// The state of the process's generator of random numbers on the CPU, which dropout draws from. Trainings on other threads share it: while one makes a model,
/// the others neither seed it nor bring its state back.
/// </summary>
internal static class RandomState
{
    /// <summary>Held while the generator is seeded, or its state read or brought back, and by whoever needs it for longer.</summary>
    public static Lock Gate { get; } = new();

    public static byte[] Capture()
    {
        lock (Gate)
        {
            using Tensor state = get_rng_state();
            return state.data<byte>().ToArray();
        }
    }

    public static void Restore(byte[] state)
    {
        lock (Gate)
        {
            using Tensor value = tensor(state);
            set_rng_state(value);
        }
    }

    /// <summary>Seeds the generator of the CPU, and those of CUDA devices.</summary>
    public static void Seed(long seed)
    {
        lock (Gate)
        {
            manual_seed(seed);
        }
    }

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
