using System;
using System.Buffers.Binary;
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

    /// <summary>Refuses a state that libtorch cannot take: it ends the process if the size or a field is not as it expects.</summary>
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

        if (!IsMersenneTwister(state))
        {
            throw new ResumeException(folder, "the state of its generator of random numbers is not one that libtorch writes. Resume from another one.");
        }
    }

    /// <summary>
    /// Whether a state has the fields that a Mersenne Twister of libtorch has (aten/src/ATen/CPUGeneratorImpl.cpp: the initial seed, the numbers left, a flag,
    /// the next number, 624 words of 32 bits in 64 each, what is kept of normal distributions).
    /// </summary>
    private static bool IsMersenneTwister(ReadOnlySpan<byte> state)
    {
        const int Words = 624;
        const int FirstWord = 24;
        if (state.Length < FirstWord + (Words * sizeof(ulong)))
        {
            return false;
        }

        int left = BinaryPrimitives.ReadInt32LittleEndian(state[8..]);
        int seeded = BinaryPrimitives.ReadInt32LittleEndian(state[12..]);
        ulong next = BinaryPrimitives.ReadUInt64LittleEndian(state[16..]);

        // Fresh from its seed, or with as many numbers left as the next one is from the end: libtorch reads beyond the words otherwise.
        bool isFresh = left == 1 && next == 0;
        if (seeded != 1 || !(isFresh || (left is >= 1 and <= Words && next == (ulong)(Words + 1 - left))))
        {
            return false;
        }

        for (int word = 0; word < Words; word++)
        {
            if (BinaryPrimitives.ReadUInt64LittleEndian(state[(FirstWord + (word * sizeof(ulong)))..]) > uint.MaxValue)
            {
                return false;
            }
        }

        return true;
    }
}
