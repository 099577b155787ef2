using System;
using System.Threading;
using TorchSharp;
using TorchSharp.Modules;
using TrainDsl.Checkpoints;
using TrainDsl.Runtime;
using Xunit;
using static TorchSharp.torch;

namespace TrainDsl.Tests.Models;

/// <summary>Models made while other threads use the process's generator of random numbers.</summary>
[Collection(AloneCollection.Name)]
public sealed class InitialModelTests
{
    [Fact]
    public void A_run_that_begins_elsewhere_does_not_seed_while_a_model_is_made()
    {
        using Linear expected = InitialModel.Of(3, static () => nn.Linear(50, 50));
        var other = new Thread(static () => RandomState.Seed(99));

        using Linear beside = InitialModel.Of(3, () =>
        {
            // The other thread waits for this model, however long it takes; a seed that did get through would show in the weights.
            other.Start();
            other.Join(TimeSpan.FromMilliseconds(50));
            return nn.Linear(50, 50);
        });

        other.Join();
        Assert.True(expected.weight!.equal(beside.weight!).all().item<bool>());
    }

    [Fact]
    public void A_constructor_that_throws_leaves_the_generator_as_it_was()
    {
        byte[] before = RandomState.Capture();

        Assert.Throws<NotSupportedException>(() => InitialModel.Of<Linear>(3, static () =>
        {
            using Tensor drawn = rand(10);
            throw new NotSupportedException("no such layer");
        }));

        Assert.Equal(before, RandomState.Capture());
    }
}
