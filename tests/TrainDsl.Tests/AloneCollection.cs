using Xunit;

namespace TrainDsl.Tests;

/// <summary>Tests that have the process to themselves: its generator of random numbers, which dropout draws from, its memory or its signals.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "Alone";
}
