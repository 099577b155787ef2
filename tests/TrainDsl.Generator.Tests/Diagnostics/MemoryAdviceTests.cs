using System.Linq;
using TrainDsl.Generator.Tests.Support;
using Xunit;

namespace TrainDsl.Generator.Tests.Diagnostics;

public sealed class MemoryAdviceTests
{
    [Theory]
    [InlineData("[MicroBatch(16, MemoryMiBPerSample = 120.5)]\n[Devices(1, MemoryMiB = 24000)]",
        "Accumulation 4 is not needed: all 64 samples of a device's share of the global batch take 7,712 MiB of its 24,000 MiB at once. "
            + "Use micro-batch 64 and accumulation 1.")]
    [InlineData("[MicroBatch(16, Auto = true, MemoryMiBPerSample = 1)]\n[Devices(1, MemoryMiB = 64)]",
        "Accumulation 4 is not needed: all 64 samples of a device's share of the global batch take 64 MiB of its 64 MiB at once. "
            + "Use micro-batch 64 and accumulation 1.")]
    [InlineData("[MicroBatch(32, MemoryMiBPerSample = 100)]\n[Devices(1, MemoryMiB = 1700)]",
        "Micro-batch 32 takes 3,200 MiB, more than the 1,700 MiB of a device. Use micro-batch 16 and accumulation 4, which keep the global batch 64.")]
    [InlineData("[MicroBatch(32, MemoryMiBPerSample = 100)]\n[Devices(1, MemoryMiB = 99.5)]",
        "Micro-batch 32 takes 3,200 MiB, more than the 99.5 MiB of a device. Not one sample fits: use a smaller model or a device with more memory.")]
    [InlineData("[MicroBatch(64, MemoryMiBPerSample = double.NaN)]",
        "MemoryMiBPerSample is NaN; memory is a number of MiB above 0. Leave it out where it is not known.")]
    public void TheMessageHasTheNumbersAndTheRemedy(string plan, string message) =>
        Assert.Equal(message, Assert.Single(GeneratorRun.Of(Source(plan)).BuildDiagnostics()).GetMessage(null));

    [Theory]
    [InlineData("[MicroBatch(16, MemoryMiBPerSample = 100)]\n[Devices(1, MemoryMiB = 6399)]")]
    [InlineData("[MicroBatch(64, MemoryMiBPerSample = 100)]\n[Devices(1, MemoryMiB = 24000)]")]
    [InlineData("[MicroBatch(64, Auto = true, MemoryMiBPerSample = 100)]\n[Devices(1, MemoryMiB = 1000)]")]
    [InlineData("[MicroBatch(16, MemoryMiBPerSample = 100)]")]
    [InlineData("[MicroBatch(16)]\n[Devices(1, MemoryMiB = 6400)]")]
    public void NothingIsSaidWhereNothingIsCertainlyBetter(string plan) =>
        Assert.Empty(GeneratorRun.Of(Source(plan)).BuildDiagnostics().Select(static diagnostic => diagnostic.ToString()));

    private static string Source(string plan) => Definitions.With(Definitions.All, "[MicroBatch(64)]", plan);
}
