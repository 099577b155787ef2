namespace TrainDsl.Data;

/// <summary>The generator and the hash of Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014.</summary>
internal static class SplitMix64
{
    private const ulong Increment = 0x9E3779B97F4A7C15;

    /// <summary>The next number of a sequence.</summary>
    internal static ulong Next(ref ulong state) => Finalise(state += Increment);

    /// <summary>A hash of a number: the first of the sequence that it begins.</summary>
    internal static ulong Mix(ulong value) => Finalise(value + Increment);

    private static ulong Finalise(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
