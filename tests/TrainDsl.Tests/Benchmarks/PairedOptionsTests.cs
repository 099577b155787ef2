using System;
using TrainDsl.Benchmarks.Paired;
using Xunit;

namespace TrainDsl.Tests.Benchmarks;

public sealed class PairedOptionsTests
{
    [Fact]
    public void Without_arguments_every_model_is_measured()
    {
        PairedOptions options = PairedOptions.Parse([]);

        Assert.Equal(["tiny", "mlp", "cnn"], options.Models);
        Assert.Equal(40, options.Rounds);
        Assert.Null(options.Steps);
        Assert.Null(options.Threads);
        Assert.Null(options.Before);
    }

    [Fact]
    public void Each_option_is_read()
    {
        PairedOptions options = PairedOptions.Parse(
            ["--models", "cnn,tiny", "--rounds", "7", "--warmup", "3", "--steps", "50", "--threads", "2", "--python", "pypy", "--before", "old.dll"]);

        Assert.Equal(["cnn", "tiny"], options.Models);
        Assert.Equal((7, 3, 50, 2), (options.Rounds, options.Warmup, options.Steps!.Value, options.Threads!.Value));
        Assert.Equal(("pypy", "old.dll"), (options.Python, options.Before));
    }

    [Theory]
    [InlineData("There is no option '--loops'.", "--loops", "floor")]
    [InlineData("There is no option 'tiny'.", "tiny")]
    [InlineData("--rounds lacks its value.", "--rounds")]
    [InlineData("--rounds lacks its value.", "--rounds", "--steps", "5")]
    [InlineData("--rounds is '0'; it is a whole number of at least 1.", "--rounds", "0")]
    [InlineData("--steps is '-5'; it is a whole number of at least 1.", "--steps", "-5")]
    [InlineData("--threads is '1.5'; it is a whole number of at least 1.", "--threads", "1.5")]
    [InlineData("There is no model 'resnet'; the models are tiny, mlp, cnn.", "--models", "tiny,resnet")]
    [InlineData("There is no model ''; the models are tiny, mlp, cnn.", "--models", "tiny,")]
    public void What_cannot_be_meant_is_refused_by_name(string message, params string[] arguments)
        => Assert.Equal(message, Assert.Throws<FormatException>(() => PairedOptions.Parse(arguments)).Message);
}
