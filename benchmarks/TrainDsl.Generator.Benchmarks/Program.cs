using BenchmarkDotNet.Running;
using TrainDsl.Generator.Benchmarks;

BenchmarkSwitcher.FromAssembly(typeof(EditorBenchmark).Assembly).Run(args, EditorBenchmark.Config);
