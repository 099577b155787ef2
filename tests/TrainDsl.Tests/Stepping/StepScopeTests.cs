using TorchSharp;
using TrainDsl.Stepping;
using Xunit;
using static TorchSharp.torch;

namespace TrainDsl.Tests.Stepping;

public sealed class StepScopeTests
{
    [Fact]
    public void ClearDisposesWhatThePassMadeAndKeepsWhatWasDetached()
    {
        using Tensor outside = ones(2);
        using var scope = new StepScope();
        scope.Open();
        Tensor made = outside * 2;
        using Tensor kept = (outside * 3).DetachFromDisposeScope();

        scope.Clear();

        Assert.True(made.IsInvalid);
        Assert.False(kept.IsInvalid);
        Assert.False(outside.IsInvalid);
    }

    [Fact]
    public void ScopesOfTheUsersOwnNest()
    {
        using var scope = new StepScope();
        scope.Open();
        Tensor moved;
        using (DisposeScope inner = NewDisposeScope())
        {
            moved = ones(1).MoveToOuterDisposeScope();
        }

        Assert.False(moved.IsInvalid);
        scope.Clear();
        Assert.True(moved.IsInvalid);
    }

    [Fact]
    public void AScopeThatTheUserEmptiedGoesOn()
    {
        using var scope = new StepScope();
        scope.Open();
        CurrentDisposeScope!.DisposeEverything();
        Tensor made = ones(1);

        scope.Clear();

        Assert.True(made.IsInvalid);
    }

    [Fact]
    public void ClearingAllocatesNothing()
    {
        using var scope = new StepScope();
        long allocated = 0;
        for (int step = 0; step < 100; step++)
        {
            scope.Open();
            for (int made = 0; made < 20; made++)
            {
                ones(1);
            }

            long before = System.GC.GetAllocatedBytesForCurrentThread();
            scope.Clear();
            allocated += step < 10 ? 0 : System.GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated);
    }

    [Fact]
    public void DisposingEndsTheScope()
    {
        Tensor inside;
        using (var scope = new StepScope())
        {
            scope.Open();
            inside = ones(1);
        }

        using Tensor after = ones(1);
        Assert.True(inside.IsInvalid);
        Assert.False(after.IsInvalid);
    }

    [Fact]
    public void BetweenPassesWhatIsMadeIsTheMakers()
    {
        using var scope = new StepScope();
        using Tensor before = ones(1);
        scope.Open();
        scope.Clear();
        using Tensor after = ones(1);
        scope.Open();
        scope.Clear();

        Assert.False(before.IsInvalid);
        Assert.False(after.IsInvalid);
        Assert.Null(CurrentDisposeScope);
    }

    [Fact]
    public void AScopeThatTheUserLeftOpenDoesNotBreakTheNextPass()
    {
        using var scope = new StepScope();
        scope.Open();
        DisposeScope left = NewDisposeScope();
        scope.Clear();
        scope.Open();
        Tensor made = ones(1);
        left.Dispose();
        scope.Clear();

        Assert.True(made.IsInvalid);
        Assert.Null(CurrentDisposeScope);
    }
}
