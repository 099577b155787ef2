using System;
using System.IO;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using TorchSharp;
using TrainDsl.Benchmarks.Paired;

if (args is [PairedMode.Mode or BlockServer.Mode, ..])
{
    PairedOptions options;
    try
    {
        options = PairedOptions.Parse(args[1..]);
    }
    catch (FormatException mistake)
    {
        Console.Error.WriteLine(mistake.Message);
        Console.Error.WriteLine(PairedOptions.Usage);
        return 2;
    }

    if (options.Threads is { } threads)
    {
        torch.set_num_threads(threads);
    }

    if (args[0] == BlockServer.Mode)
    {
        BlockServer.Serve(options);
        return 0;
    }

    try
    {
        PairedMode.Run(options, Console.Out);
        return 0;
    }
    catch (IOException failure)
    {
        Console.Error.WriteLine(failure.Message);
        return 1;
    }
}

// In process: libtorch's half gigabyte is loaded once, and what is compared runs on the same threads.
// The median and the minimum stand beside the mean: on a shared machine an iteration now and then takes twice as long.
ManualConfig config = DefaultConfig.Instance.AddJob(
    Job.Default.WithToolchain(InProcessEmitToolchain.DontLogOutput).WithWarmupCount(3).WithIterationCount(15).WithInvocationCount(1).WithUnrollFactor(1))
    .AddColumn(StatisticColumn.Median, StatisticColumn.Min);
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, config);
return 0;
