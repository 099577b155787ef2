using System;

namespace TrainDsl.Generator.Tests.Support;

/// <summary>Source of sound definitions, for tests to change one thing in.</summary>
internal static class Definitions
{
    public const string Usings = """
        using TorchSharp;
        using TrainDsl;
        using static TorchSharp.torch;

        """;

    public const string Net = """
        public sealed class Net : nn.Module<Tensor, Tensor>
        {
            private readonly TorchSharp.Modules.Linear _linear = nn.Linear(64, 10);

            public Net()
                : base("Net")
            {
                RegisterComponents();
            }

            public override Tensor forward(Tensor input) => _linear.call(input.flatten(1));
        }

        """;

    public const string Dataset = """
        [Column<float>("Pixels", 1, 8, 8)]
        [Column<long>("Label")]
        public sealed partial class Digits : IDataset
        {
            public long Count => 100;

            public partial void Read(long index, in Row row)
            {
                row.Pixels.Clear();
                row.Label = index % 10;
            }
        }

        """;

    public const string Training = """
        [Training]
        [Model<Net>]
        [Dataset<Digits>]
        [GlobalBatch(64)]
        [MicroBatch(64)]
        [Epochs(2)]
        [AdamW]
        public sealed partial class DigitTraining
        {
            [Loss]
            private static Tensor Loss(Net model, in Digits.Batch batch) => nn.functional.cross_entropy(model.call(batch.Pixels), batch.Label);
        }

        """;

    /// <summary>Uses everything that is generated: what fails to be generated shows here.</summary>
    public const string Use = """
        public static class Program
        {
            public static long Main()
            {
                using var training = new DigitTraining(new Digits());
                TrainingResult result = training.Run();
                _ = training.Evaluate(new Digits());
                _ = training.Model.parameters();
                using var further = new DigitTraining(new Digits(), new Net());
                _ = (DigitTraining.Plan.MicroBatch, DigitTraining.Plan.Devices, DigitTraining.Plan.Nodes, DigitTraining.Plan.Accumulation);
                return DigitTraining.Plan.GlobalBatch;
            }
        }

        """;

    public const string All = Usings + "namespace Sample;\n\n" + Net + Dataset + Training + Use;

    /// <summary>Replaces text that occurs exactly once.</summary>
    public static string With(string source, string old, string replacement)
    {
        int at = source.IndexOf(old, StringComparison.Ordinal);
        if (at < 0 || source.IndexOf(old, at + 1, StringComparison.Ordinal) >= 0)
        {
            throw new ArgumentException($"Expected exactly one occurrence of: {old}", nameof(old));
        }

        return source[..at] + replacement + source[(at + old.Length)..];
    }
}
