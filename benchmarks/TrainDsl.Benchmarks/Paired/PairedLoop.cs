using System;
using System.Collections.Generic;
using System.Linq;
using TrainDsl.Benchmarks.Loops;

namespace TrainDsl.Benchmarks.Paired;

/// <summary>A loop that takes its turn, and the blocks it has made.</summary>
/// <param name="name">Its name in the table.</param>
internal sealed class PairedLoop(string name) : IDisposable
{
    private readonly List<Block> _blocks = [];

    /// <summary>Its name in the table.</summary>
    public string Name { get; } = name;

    /// <summary>The loop, if it is one of this process that makes steps when asked.</summary>
    public IStepLoop? Own { get; init; }

    /// <summary>The loop, if it has a process of its own. With neither, it is the generated loop, in which the others run.</summary>
    public ChildLoop? Child { get; init; }

    /// <summary>Milliseconds a step, one number a round.</summary>
    public IReadOnlyList<double> Milliseconds => [.. _blocks.Select(static block => block.Milliseconds)];

    /// <summary>Managed bytes a step, one number a round.</summary>
    public IReadOnlyList<double> Bytes => [.. _blocks.Select(static block => block.Bytes)];

    /// <summary>Keeps a block of a round that counts.</summary>
    public void Add(Block block) => _blocks.Add(block);

    /// <summary>Releases the loop.</summary>
    public void Dispose()
    {
        Own?.Dispose();
        Child?.Dispose();
    }
}
