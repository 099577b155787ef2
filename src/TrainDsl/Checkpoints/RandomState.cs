using System;
using System.Buffers.Binary;
using System.Threading;
using static TorchSharp.torch;

namespace TrainDsl.Checkpoints;

/// <summary>
/// The state of the process's generator of random numbers on the CPU, which dropout draws from. Trainings on other threads share it: while one makes a model,
/// the others neither seed it nor bring its state back.
/// </summary>
internal static class RandomState
{
    private static byte[]? s_given;

    /// <summary>Held while the generator is seeded, or its state read or brought back, and by whoever needs it for longer; never while a dataset reads.</summary>
    public static Lock Gate { get; } = new();

    /// <summary>
    /// The state that the generator was last given, by a seed or by a state that was brought back: another array each time, so that whoever compares knows of it.
    /// </summary>
    public static byte[]? Given
    {
        get
        {
            lock (Gate)
            {
                return s_given;
            }
        }
    }

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
            s_given = [.. state];
        }
    }

    /// <summary>Seeds the generator of the CPU, and those of CUDA devices.</summary>
    public static void Seed(long seed)
    {
        lock (Gate)
        {
            manual_seed(seed);
            s_given = Capture();
        }
    }

    /// <summary>
    /// Brings the generator back to what it was before something that may have drawn from it, or to what it was given meanwhile: a run that is resumed gives it
    /// the checkpoint's state while the first samples are read.
    /// </summary>
    /// <param name="before">The state before.</param>
    /// <param name="given"><see cref="Given"/> at that time.</param>
    /// <returns>Whether it had moved.</returns>
    public static bool BringBack(byte[] before, byte[]? given)
    {
        lock (Gate)
        {
            byte[] expected = ReferenceEquals(s_given, given) ? before : s_given!;
            if (Capture().AsSpan().SequenceEqual(expected))
            {
                return false;
            }

            using Tensor value = tensor(expected);
            set_rng_state(value);
            return true;
        }
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
