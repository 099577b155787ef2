using System.IO;
using TrainDsl.Benchmarks.Paired;
using Xunit;

namespace TrainDsl.Tests.Benchmarks;

public sealed class ChildLoopTests
{
    [Fact]
    public void A_child_makes_a_block_when_it_is_asked_and_not_before()
    {
        using ChildLoop child = Child("print('ready', flush=True)\nfor number, line in enumerate(sys.stdin): print(number + 0.5, 64 if line == 'run\\n' else line, flush=True)");

        Assert.Equal(new Block(0.5, 64), child.Run());
        Assert.Equal(new Block(1.5, 64), child.Run());
    }

    [Fact]
    public void A_child_without_managed_memory_says_so()
    {
        using ChildLoop child = Child("print('ready', flush=True)\nfor line in sys.stdin: print(2, 'nan', flush=True)");

        Assert.Equal(new Block(2, double.NaN), child.Run());
    }

    [Fact]
    public void Why_a_child_ended_is_told()
        => Assert.EndsWith("ended before it was ready: There is no PyTorch.", Assert.Throws<IOException>(() => Child("sys.exit('There is no PyTorch.')")).Message);

    [Fact]
    public void A_program_that_says_something_else_is_ended()
        => Assert.Contains("said 'Choose a benchmark:'; expected 'ready'", Assert.Throws<IOException>(() => Child("print('Choose a benchmark:', flush=True)\nsys.stdin.read()")).Message);

    [Fact]
    public void A_program_that_is_not_there_is_named()
        => Assert.StartsWith("no-such-python cannot be started", Assert.Throws<IOException>(() => ChildLoop.Start("no-such-python", [])).Message);

    [Fact]
    public void An_answer_that_is_not_two_numbers_is_shown()
    {
        using ChildLoop child = Child("print('ready', flush=True)\nfor line in sys.stdin: print('Traceback', flush=True)");

        Assert.Contains("'Traceback'", Assert.Throws<IOException>(() => child.Run()).Message);
    }

    [Fact]
    public void A_block_comes_back_as_it_was_sent()
    {
        var block = new Block(1.0 / 3.0, 193.25);
        using ChildLoop child = Child($"print('ready', flush=True)\nfor line in sys.stdin: print('{ChildLoop.Answer(block)}', flush=True)");

        Assert.Equal(block, child.Run());
    }

    private static ChildLoop Child(string program) => ChildLoop.Start("python3", ["-c", "import sys\n" + program]);
}
