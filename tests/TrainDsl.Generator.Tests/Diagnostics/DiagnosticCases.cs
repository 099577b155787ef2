using Xunit;
using static TrainDsl.Generator.Tests.Support.Definitions;

namespace TrainDsl.Generator.Tests.Diagnostics;

/// <summary>One mistake each: the id it has, and where in the source, between [| and |], it is found.</summary>
public static class DiagnosticCases
{
    private const string LossMethod =
        "    [Loss]\n    private static Tensor Loss(Net model, in Digits.Batch batch) => nn.functional.cross_entropy(model.call(batch.Pixels), batch.Label);\n";

    private static readonly string Derived = With(Training, "class DigitTraining", "class [|DigitTraining|] : Recipe");

    private const string LossBody = " => nn.functional.cross_entropy(model.call(batch.Pixels), batch.Label);";

    public static TheoryData<string, string> All
    {
        get
        {
            var cases = new TheoryData<string, string>();

            // Batch arithmetic.
            Change("TDSL0101", "[GlobalBatch(64)]\n[MicroBatch(64)]\n", "", atClass: true);
            Change("TDSL0102", "[MicroBatch(64)]", "[MicroBatch([|0|])]");
            Change("TDSL0102", "[MicroBatch(64)]", "[Devices(1, Nodes = [|-2|])]");
            Change("TDSL0102", "[MicroBatch(64)]", "[GradientAccumulation(steps: [|0|])]");
            Change("TDSL0103", "[MicroBatch(64)]", "[MicroBatch([|24|])]\n[Devices(2)]\n[GradientAccumulation(1)]");
            Change("TDSL0104", "[MicroBatch(64)]", "[MicroBatch([|24|])]");
            Change("TDSL0105", "[MicroBatch(64)]",
                "[MicroBatch(64)]\n[Devices([|2147483647|], Nodes = 2147483647)]\n[GradientAccumulation(1000000)]");
            Change("TDSL0106", "[GlobalBatch(64)]\n[MicroBatch(64)]\n", "[MicroBatch([|2147483648|])]\n");
            Change("TDSL0106", "[GlobalBatch(64)]\n[MicroBatch(64)]\n", "[GlobalBatch([|2147483648|])]\n[GradientAccumulation(1)]\n");

            Change("TDSL0107", "[GlobalBatch(64)]\n[MicroBatch(64)]\n", "[GlobalBatch([|128|])]\n[MicroBatch(64)]\n");
            Change("TDSL0107", "[GlobalBatch(64)]\n[MicroBatch(64)]\n", "[MicroBatch([|101|])]\n");
            Change("TDSL0108", "[Dataset<Digits>]\n[GlobalBatch(64)]\n", "[Dataset<Digits>(DropLast = [|true|])]\n[GlobalBatch(128)]\n");
            Change("TDSL0110", "[Dataset<Digits>]\n[GlobalBatch(64)]\n[MicroBatch(64)]\n",
                "[Dataset<Digits>(DropLast = [|true|])]\n[GlobalBatch(50)]\n");

            Change("TDSL0109", "[GlobalBatch(64)]\n[MicroBatch(64)]\n", "[MicroBatch(64, Auto = [|true|])]\n");
            Change("TDSL0109", "[GlobalBatch(64)]\n[MicroBatch(64)]\n", "[MicroBatch(Auto = [|true|])]\n");

            Change("TDSL0111", "[MicroBatch(64)]", "[MicroBatch(64)]\n[Devices(1, MemoryMiB = [|0|])]");
            Change("TDSL0111", "[MicroBatch(64)]", "[MicroBatch(64, MemoryMiBPerSample = [|-1.5|])]\n[Devices(1, MemoryMiB = 100)]");

            // The class.
            Alone("TDSL0201", "public sealed partial class DigitTraining", "public sealed class [|DigitTraining|]");
            Alone("TDSL0202", "public sealed partial class DigitTraining", "public sealed partial class [|DigitTraining|]<T>");
            Alone("TDSL0202", Training, "public partial class Outer<T>\n{\n" + With(Training, "class DigitTraining", "class [|DigitTraining|]")
                + "}\n");
            Alone("TDSL0203", "public sealed partial class DigitTraining", "public static partial class [|DigitTraining|]");
            Change("TDSL0204", "public sealed partial class DigitTraining", "public abstract partial class [|DigitTraining|]", use: false);
            Alone("TDSL0205", Training, "public class Outer\n{\n" + With(Training, "class DigitTraining", "class [|DigitTraining|]") + "}\n");
            Alone("TDSL0206", "public sealed partial class DigitTraining", "file sealed partial class [|DigitTraining|]");
            Change("TDSL0207", LossMethod, LossMethod + "    public [|DigitTraining|]()\n    {\n    }\n");
            Change("TDSL0207", LossMethod, LossMethod + "    public [|DigitTraining|](Digits dataset)\n    {\n    }\n", use: false);
            Change("TDSL0207", "partial class DigitTraining", "partial class [|DigitTraining|](Digits dataset)", use: false);
            Change("TDSL0208", LossMethod, LossMethod + "    private static void [|Run|](int unused)\n    {\n    }\n", use: false);
            Change("TDSL0208", LossMethod, LossMethod + "    private const long [|Seed|] = 3;\n");
            Change("TDSL0208", LossMethod, LossMethod + "    public static class [|Plan|];\n", use: false);
            AloneDataset("TDSL0201", "public sealed partial class Digits : IDataset", "public sealed class [|Digits|] : IDataset");
            AloneDataset("TDSL0202", "public sealed partial class Digits : IDataset", "public sealed partial class [|Digits|]<T> : IDataset");
            AloneDataset("TDSL0203", "public sealed partial class Digits : IDataset\n{\n    public long",
                "public static partial class [|Digits|]\n{\n    public static long");
            AloneDataset("TDSL0206", "public sealed partial class Digits : IDataset", "file sealed partial class [|Digits|] : IDataset");
            Change("TDSL0208", "    public long Count", "    public sealed class [|Batch|];\n\n    public long Count", use: false,
                training: With(Training, LossBody, " => null!;"));

            Change("TDSL0209", Training + Use, With(With(Training, "class DigitTraining", "class [|Momentum|]"), "[AdamW]", "[Sgd]"));
            foreach (string name in new[] { "Run", "Model", "Plan", "Seed", "Dispose", "_dataset" })
            {
                Change("TDSL0209", Training + Use, With(Training, "class DigitTraining", $"class [|{name}|]"));
            }

            cases.Add("TDSL0209", Usings + "namespace Sample;\n\n" + Dataset.Replace("class Digits", "class [|Row|]")
                .Replace("        row.Pixels.Clear();\n        row.Label = index % 10;\n", ""));
            Change("TDSL0217", "partial class DigitTraining", "partial class [|DigitTraining|] : Base", use: false,
                after: "public class Base(string name)\n{\n    public string Name => name;\n}\n");
            Change("TDSL0217", "partial class DigitTraining", "partial class [|DigitTraining|] : Base",
                after: "public class Base\n{\n    protected long Seed => 1;\n}\n");
            Change("TDSL0217", "partial class DigitTraining", "partial class [|DigitTraining|] : Base",
                after: "public class Base : System.IDisposable\n{\n    public virtual void Dispose()\n    {\n    }\n}\n");
            Change("TDSL0217", Training, With(Training, "public sealed partial class", "public partial class")
                + Training.Replace("class DigitTraining", "class [|Derived|] : DigitTraining"));
            Change("TDSL0225", LossMethod, LossMethod + "    public [|DigitTraining|](Digits dataset, Net model)\n        : this(dataset)\n    {\n    }\n");
            Change("TDSL0225", LossMethod, LossMethod + "    public [|DigitTraining|](Digits dataset)\n        : this(dataset, new Net())\n    {\n    }\n");
            Change("TDSL0226", "public sealed partial class DigitTraining", "public partial struct [|DigitTraining|]", use: false);
            Change("TDSL0226", "public sealed partial class DigitTraining", "public partial interface [|DigitTraining|]", use: false);
            Change("TDSL0226", "public sealed partial class Digits", "public partial struct [|Digits|]");

            // Model.
            Change("TDSL0210", "[Model<Net>]\n", "", atClass: true);
            Change("TDSL0211", "[Model<Net>]", "[Model<[|string|]>]",
                training: With(With(Training, "Net model", "string model"), LossBody, " => batch.Pixels;"));
            Change("TDSL0212", "[Model<Net>]", "[Model<[|nn.Module<Tensor, Tensor>|]>]",
                training: With(Training, "Net model", "nn.Module<Tensor, Tensor> model"));
            Change("TDSL0213", "    public Net()", "    public Net(int unused)", extra: "[Model<[|Net|]>]", use: false);
            Change("TDSL0213", "    public Net()", "    private Net()", extra: "[Model<[|Net|]>]", use: false);
            Change("TDSL0214", LossMethod, LossMethod + "    [ModelFactory]\n    private static Net [|Create|](int unused) => new();\n");
            Change("TDSL0214", LossMethod, LossMethod + "    [ModelFactory]\n    private static string [|Create|]() => \"\";\n");
            Change("TDSL0214", LossMethod, LossMethod + "    [ModelFactory]\n    private Net [|Create|]() => new();\n");
            Change("TDSL0215", LossMethod, LossMethod + "    [ModelFactory]\n    private static Net First() => new();\n\n"
                + "    [ModelFactory]\n    private static Net [|Second|]() => new();\n");

            Change("TDSL0216", "public sealed class Net", "file sealed class Net", extra: "[Model<[|Net|]>]", use: false,
                training: With(Training, "Net model", "nn.Module<Tensor, Tensor> model"));
            Change("TDSL0216", "public sealed class Net : nn.Module<Tensor, Tensor>", "public sealed class Net<T> : nn.Module<Tensor, Tensor>",
                extra: "[Model<[|Net<Local>|]>]", use: false, training: With(Training, "Net model", "nn.Module<Tensor, Tensor> model"),
                after: "file sealed class Local;\n");

            Change("TDSL0218", "[Model<Net>]", "[Model<[|Models.Plan|]>]", use: false,
                training: With(Training, "Net model", "Models.Plan model"),
                after: "public static class Models\n{\n" + Net.Replace("Net", "Plan") + "}\n");
            Change("TDSL0218", "partial class DigitTraining", "partial class [|DigitTraining|]", use: false, after: "public sealed class @var;\n");
            Change("TDSL0219", "    public Net()", "    public required int Width { get; set; }\n\n    public Net()", extra: "[Model<[|Net|]>]", use: false);
            Change("TDSL0219", "    public Net()", "    public Net(string name = \"\")\n        : this(1)\n    {\n    }\n\n    public Net(int size = 1)",
                extra: "[Model<[|Net|]>]", use: false);
            Change("TDSL0214", LossMethod, LossMethod + "    [ModelFactory]\n    private static Net? [|Create|]() => new();\n");
            Change("TDSL0223", "[MicroBatch(64)]", "[MicroBatch(64)]\n[Devices(1, Buffers = [|(BufferRule)7|])]");
            Change("TDSL0224", LossMethod, LossMethod
                + "    [Metric([|\"loss\"|])]\n    private static Tensor M(Net model, in Digits.Batch batch) => batch.Label;\n");
            Change("TDSL0226", Training, "[Training]\n[Model<Net>]\n[Dataset<Digits>]\n[Epochs(1)]\npublic enum [|DigitTraining|]\n{\n    A,\n}\n", use: false);
            Change("TDSL0226", Training, "[Training]\npublic delegate void [|DigitTraining|]();\n", use: false);
            Change("TDSL0226", Training, "[Column<float>(\"P\")]\n[Column<float>(\"Q\")]\npublic enum [|DigitTraining|]\n{\n    A,\n}\n", use: false);
            Change("TDSL0228", LossMethod, "", after: Base("Loss", LossMethod), training: Derived);
            Change("TDSL0228", LossMethod, LossMethod, training: Derived, after: Base("Metric(\"m\")",
                "    [Loss]\n    protected static Tensor M(Net model, in Digits.Batch batch) => model.call(batch.Pixels).mean();\n"));
            Change("TDSL0228", LossMethod, LossMethod, training: Derived, after: Base("ModelFactory", "    [Loss]\n    protected static Net Make() => new();\n"));
            Change("TDSL0229", "    [Loss]\n    private static Tensor Loss", "    [System.Obsolete(\"No.\", true)]\n    [Loss]\n    private static Tensor [|Loss|]");
            Change("TDSL0227", LossMethod, LossMethod
                + "    private static double Twice(double x)\n    {\n        return D(x);\n\n        [[|Loss|]]\n        static double D(double x) => 2 * x;\n    }\n");
            Change("TDSL0227", LossMethod, LossMethod + "    private static readonly System.Func<int> s_f = [[|Metric(\"m\")|]] () => 1;\n");
            Change("TDSL0234", "private static Tensor Loss", "private static [|Tensor?|] Loss");

            // Dataset of a training definition.
            Change("TDSL0305", "Count => 100", "Count => 0", datasetAttribute: "[Dataset<[|Digits|]>]");
            Change("TDSL0305", "public long Count => 100;", "public long Count => 100;\n\n    long IDataset.Count => -1;", datasetAttribute: "[Dataset<[|Digits|]>]");
            Change("TDSL0220", "[Dataset<Digits>]\n", "", atClass: true);
            Change("TDSL0221", "[Dataset<Digits>]", "[Dataset<[|Other|]>]", after: "public sealed class Other;\n");
            Change("TDSL0222", "[Dataset<Digits>]", "[Dataset<[|Digits|]>]", use: false,
                training: "public partial class Outer\n{\n" + With(Dataset, "public sealed", "private sealed") + Training + "}\n");

            // Loss and metrics.
            Change("TDSL0230", LossMethod, "", atClass: true);
            Change("TDSL0230", LossMethod, LossMethod.Replace("    [Loss]\n", "").Replace("Tensor Loss(", "Tensor [|Loss|]("));
            Change("TDSL0230", LossMethod, LossMethod.Replace("    [Loss]\n", "").Replace("Tensor Loss(", "Tensor [|Score|]("));
            Change("TDSL0231", LossMethod, LossMethod + "    [Loss]\n    private static Tensor [|Second|](Net model, in Digits.Batch batch)"
                + LossBody + "\n");
            Change("TDSL0232", "private static Tensor Loss", "private Tensor [|Loss|]");
            Change("TDSL0232", "private static Tensor Loss", "private static Tensor [|Loss|]<T>");
            Change("TDSL0233", "(Net model, in Digits.Batch batch)" + LossBody, "(Net model) => model.call(null!);",
                before: "private static Tensor [|Loss|]");
            Change("TDSL0233", "in Digits.Batch batch", "Digits.Batch [|batch|]");
            Change("TDSL0233", "    [Loss]\n    private static Tensor Loss(Net model", "    private static Tensor Loss(Net model, in Digits.Batch batch) => batch.Label;\n\n"
                + "    [Loss]\n    private static Tensor [|Loss|](in Net model");
            Change("TDSL0233", "    [Loss]\n    private static Tensor Loss(Net model",
                "    [System.Runtime.CompilerServices.OverloadResolutionPriority(1)]\n    private static Tensor Loss(Net model, in Digits.Batch batch) => batch.Label;\n\n"
                + "    [Loss]\n    private static Tensor [|Loss|](nn.Module<Tensor, Tensor> model");
            Change("TDSL0233", "Net model", "string [|model|]", body: " => batch.Pixels;");
            Change("TDSL0233", "in Digits.Batch batch", "in Other.Batch [|batch|]", body: " => null!;",
                after: With(Dataset, "class Digits", "class Other"));
            Change("TDSL0234", "private static Tensor Loss", "private static [|double|] Loss", body: " => 0.0;");
            Change("TDSL0232", LossMethod, LossMethod
                + "    [Metric(\"m\")]\n    private Tensor [|M|](Net model, in Digits.Batch batch) => batch.Label;\n");
            Change("TDSL0233", LossMethod, LossMethod + "    [Metric(\"m\")]\n    private static Tensor [|M|]() => null!;\n");
            Change("TDSL0234", LossMethod, LossMethod
                + "    [Metric(\"m\")]\n    private static [|string|] M(Net model, in Digits.Batch batch) => \"\";\n");
            Change("TDSL0240", LossMethod, LossMethod
                + "    [Metric([|\" \"|])]\n    private static Tensor M(Net model, in Digits.Batch batch) => batch.Label;\n");
            Change("TDSL0240", LossMethod, LossMethod
                + "    [Metric([|null!|])]\n    private static Tensor M(Net model, in Digits.Batch batch) => batch.Label;\n");
            Change("TDSL0241", LossMethod, LossMethod
                + "    [Metric(\"m\")]\n    private static Tensor M(Net model, in Digits.Batch batch) => batch.Label;\n\n"
                + "    [Metric([|\"m\"|])]\n    private static Tensor N(Net model, in Digits.Batch batch) => batch.Label;\n");

            // Hooks.
            Hook("TDSL0250", "private void [|OnStep|](in StepReport step)");
            Hook("TDSL0250", "void [|OnStep|](in StepReport step)");
            Hook("TDSL0250", "private partial void [|OnStep|](in StepReport step)");
            Hook("TDSL0250", "static partial void [|OnStep|](in StepReport step)");
            Hook("TDSL0250", "partial void [|OnStep|](StepReport step)");
            Hook("TDSL0250", "partial void [|OnStep|](ref StepReport step)");
            Hook("TDSL0250", "partial void [|OnStep|](EpochReport step)");
            Hook("TDSL0250", "partial void [|OnStep|]()");
            Hook("TDSL0250", "partial void [|OnStep|](in StepReport step, long more)");
            Hook("TDSL0250", "public partial int [|OnStep|](in StepReport step)", " => 1;");
            Hook("TDSL0250", "partial void [|OnStep|](in StepReport step)", ";");
            Hook("TDSL0250", "partial void [|OnEpoch|](in EpochReport epoch)");
            Hook("TDSL0250", "private static string [|OnEpoch|](int epoch)", " => \"\";");
            Hook("TDSL0250", "partial void [|OnEpoch|](StepReport epoch)");
            Hook("TDSL0250", "partial void OnStep(in StepReport step)\n    {\n    }\n\n    private void [|OnEpoch|](EpochReport epoch)");
            Hook("TDSL0208", "private int [|OnStep|]", ";");

            // Datasets and columns.
            Change("TDSL0301", "partial class Digits : IDataset", "partial class [|Digits|]");
            Change("TDSL0302", "    public partial void Read(long index, in Row row)\n    {\n        row.Pixels.Clear();\n        row.Label = index % 10;\n    }\n", "",
                before: "class [|Digits|]");
            Change("TDSL0303", "partial void Read(long index, in Row row)", "partial void [|Read|](int index, in Row row)");
            Change("TDSL0303", "partial void Read(long index, in Row row)", "partial void [|Read|](long index, Row row)");
            Change("TDSL0303", "public partial void Read(long index, in Row row)", "internal partial void [|Read|](long index, in Row row)");
            Change("TDSL0303", "public partial void Read(long index, in Row row)", "public void [|Read|](long index, in Row row)");
            Change("TDSL0303", "partial void Read(long index, in Row row)", "partial void [|Read|](long index, in Row row, int more)");
            Change("TDSL0310", "[Column<long>(\"Label\")]", "[Column<long>(\"Label\")]\n[Column<float>([|\"Label\"|])]");
            Change("TDSL0311", "[Column<long>(\"Label\")]", "[Column<long>(\"Label\")]\n[Column<float>([|\"2nd\"|])]");
            Change("TDSL0311", "[Column<long>(\"Label\")]", "[Column<long>(\"Label\")]\n[Column<float>([|\"class\"|])]");
            Change("TDSL0311", "[Column<long>(\"Label\")]", "[Column<long>(\"Label\")]\n[Column<float>([|null!|])]");
            Change("TDSL0312", "[Column<long>(\"Label\")]", "[Column<long>(\"Label\")]\n[Column<float>([|\"Count\"|])]");
            Change("TDSL0312", "[Column<long>(\"Label\")]", "[Column<long>(\"Label\")]\n[Column<float>([|\"_memory\"|])]");
            Change("TDSL0312", "[Column<long>(\"Label\")]", "[Column<long>(\"Label\")]\n[Column<float>([|\"_tensors\"|])]");
            Change("TDSL0312", "[Column<long>(\"Label\")]", "[Column<long>(\"Label\")]\n[Column<float>([|\"get_Label\"|])]");
            Change("TDSL0312", "[Column<long>(\"Label\")]", "[Column<long>(\"Label\")]\n[Column<float>([|\"get_Count\"|])]");
            Change("TDSL0208", "    public long Count", "    private static readonly int [|s_layout|] = 1;\n\n    public long Count");
            Change("TDSL0312", "[Column<long>(\"Label\")]", "[Column<long>(\"Label\")]\n[Column<float>([|\"Random\"|])]");
            Change("TDSL0312", "[Column<long>(\"Label\")]", "[Column<long>(\"Label\")]\n[Column<float>([|\"Epoch\"|])]");
            Change("TDSL0313", "\"Pixels\", 1, 8, 8", "\"Pixels\", 1, [|0|], 8");
            Change("TDSL0314", "\"Pixels\", 1, 8, 8", "\"Pixels\", 65536, [|32768|]");
            Change("TDSL0315", "[Column<long>(\"Label\")]", "[Column<long>(\"Label\")]\n[Column<[|char|]>(\"Letter\")]");
            Change("TDSL0315", "Column<long>", "Column<[|System.UInt64|]>", read: "row.Label = 1;");

            Change("TDSL0316", "row.Label = index % 10;", "row.Label = index % 10;\n        if (index > 50)\n        {\n            row.Pixels[0] = [|rand(1)|].item<float>();\n        }");
            Change("TDSL0316", "row.Label = index % 10;", "row.Label = index > 50 ? [|torch.randint(10, [1])|].item<long>() : 1;");

            // Optimizers.
            Change("TDSL0401", "[AdamW]\n", "", atClass: true);
            Change("TDSL0402", "[AdamW]", "[AdamW]\n[[|Sgd|]]");
            Change("TDSL0403", "[AdamW]", "[AdamW(LearningRate = [|0|])]");
            Change("TDSL0403", "[AdamW]", "[Sgd(LearningRate = [|double.NaN|])]");
            Change("TDSL0403", "[AdamW]", "[Adam(LearningRate = [|double.PositiveInfinity|])]");
            Change("TDSL0404", "[AdamW]", "[AdamW(Beta1 = [|1.0|])]");
            Change("TDSL0404", "[AdamW]", "[Adam(Beta2 = [|-0.1|])]");
            Change("TDSL0405", "[AdamW]", "[AdamW(Epsilon = [|0.0|])]");
            Change("TDSL0406", "[AdamW]", "[Sgd(Momentum = [|1|])]");
            Change("TDSL0407", "[AdamW]", "[Sgd(Momentum = 0.9, Dampening = [|1.5|])]");
            Change("TDSL0408", "[AdamW]", "[Sgd(Nesterov = [|true|])]");
            Change("TDSL0409", "[AdamW]", "[Sgd(Momentum = 0.9, Nesterov = true, Dampening = [|0.1|])]");
            Change("TDSL0410", "[AdamW]", "[AdamW(WeightDecay = [|-1e-2|])]");
            Change("TDSL0411", "[AdamW]", "[AdamW]\n[ClipGradNorm([|0|])]");
            Change("TDSL0412", "[AdamW]", "[AdamW(DecayOnly = [|(DecayOnly)7|])]");
            Change("TDSL0413", "[AdamW]", "[Adam(DecayOnly = [|DecayOnly.Matrices|])]");
            Change("TDSL0413", "[AdamW]", "[AdamW(WeightDecay = 0, DecayOnly = [|DecayOnly.Matrices|])]");
            Change("TDSL0413", "[AdamW]", "[Sgd(Dampening = [|0.5|])]");

            // Schedules.
            Change("TDSL0420", "[AdamW]", "[AdamW]\n[Constant]\n[[|CosineDecay|]]");
            Change("TDSL0421", "[AdamW]", "[AdamW]\n[Constant(WarmupSteps = [|-1|])]");
            Change("TDSL0422", "[Epochs(2)]\n[AdamW]", "[AdamW]\n[MaxSteps(10)]\n[LinearDecay(WarmupSteps = [|10|])]");
            Change("TDSL0422", "[AdamW]", "[AdamW]\n[Constant(WarmupSteps = [|4|])]");
            Change("TDSL0423", "[AdamW]", "[AdamW]\n[LinearDecay(WarmupSteps = 3, DecaySteps = [|3|])]");
            Change("TDSL0423", "[AdamW]", "[AdamW]\n[CosineDecay(DecaySteps = [|-5|])]");
            Change("TDSL0424", "[AdamW]", "[AdamW]\n[CosineDecay(FinalFactor = [|1.5|])]");
            Change("TDSL0425", "[AdamW]", "[AdamW]\n[StepDecay([|0|])]");
            Change("TDSL0426", "[AdamW]", "[AdamW]\n[StepDecay(1, Factor = [|0.0|])]");
            Change("TDSL0427", "[AdamW]", "[AdamW]\n[LinearDecay(DecaySteps = [|5|])]");
            Change("TDSL0428", "[AdamW]", "[AdamW]\n[CosineDecay(DecaySteps = [|3|])]");
            Change("TDSL0429", "[AdamW]", "[AdamW]\n[CosineDecay(FinalFactor = [|1|])]");
            Change("TDSL0429", "[AdamW]", "[AdamW]\n[StepDecay(1, Factor = [|1|])]");
            Change("TDSL0429", "[AdamW]", "[AdamW]\n[StepDecay([|3|], WarmupSteps = 1)]");

            // The run.
            Change("TDSL0501", "[Epochs(2)]\n", "", atClass: true);
            Change("TDSL0502", "[Epochs(2)]", "[Epochs([|0|])]");
            Change("TDSL0503", "[Epochs(2)]", "[Epochs(2)]\n[MaxSteps([|0|])]");
            Change("TDSL0504", "[Epochs(2)]", "[Epochs(2)]\n[[|MaxSteps(4)|]]");
            Change("TDSL0504", "[Epochs(2)]", "[[|Epochs(2)|]]\n[MaxSteps(3)]");

            Alone("TDSL0510", Training, With(With(Training, "[Training]\n", ""), "class DigitTraining", "class [|DigitTraining|]"));

            // Reliability.
            Change("TDSL0520", "[AdamW]", "[AdamW]\n[Checkpoint(EverySteps = [|0|])]");
            Change("TDSL0521", "[AdamW]", "[AdamW]\n[Checkpoint(EverySteps = 2, EveryEpochs = [|-1|])]");
            Change("TDSL0522", "[AdamW]", "[AdamW]\n[Checkpoint(Keep = [|0|])]");
            Change("TDSL0523", "[AdamW]", "[AdamW]\n[Checkpoint(KeepBest = [|\"Loss\"|])]");
            Change("TDSL0524", "[AdamW]", "[AdamW]\n[Checkpoint(LowerIsBetter = [|true|])]");
            Change("TDSL0526", "[Epochs(2)]", "[Epochs(2)]\n[Checkpoint(EverySteps = [|1000000000|])]");
            Change("TDSL0526", "[Epochs(2)]", "[MaxSteps(4)]\n[Checkpoint(EverySteps = [|5|])]");
            Change("TDSL0526", "[Epochs(2)]", "[Epochs(2)]\n[Checkpoint(EverySteps = 1, EveryEpochs = [|3|])]");
            Change("TDSL0527", "[AdamW]", "[AdamW]\n[Checkpoint(KeepBest = \"loss\", LowerIsBetter = [|false|])]");
            Change("TDSL0525", "[AdamW]", "[AdamW]\n[NonFinite([|(NonFiniteAction)2|])]");
            Change("TDSL0530", "[MicroBatch(64)]", "[[|MicroBatch|]]");
            Change("TDSL0530", "[MicroBatch(64)]", "[[|MicroBatch(Auto = false)|]]");
            Change("TDSL0531", "[MicroBatch(64)]", "[MicroBatch([|16|])]",
                training: With(Training, "    [Loss]", "    [Loss(CouplesSamples = true)]"));
            Change("TDSL0532", "[MicroBatch(64)]", "[MicroBatch(64, Auto = [|true|])]",
                training: With(Training, "    [Loss]", "    [Loss(CouplesSamples = true)]"));

            // Advice.
            Change("TDSL0901", ", batch.Label);", ", batch.Label) * [|batch.Pixels.mean().ToSingle()|];");
            Change("TDSL0903", "nn.Linear(64, 10)", "nn.Linear([|28 * 28|], 10)");
            Change("TDSL0902", "    public Net()", "    private readonly nn.Module _norm = nn.BatchNorm1d(64);\n\n    public Net()",
                training: With(Training, "[MicroBatch(64)]", "[MicroBatch([|1|])]"));
            Change("TDSL0904", "[MicroBatch(64)]", "[MicroBatch([|16|], MemoryMiBPerSample = 100)]\n[Devices(1, MemoryMiB = 6400)]");
            Change("TDSL0904", "[MicroBatch(64)]",
                "[MicroBatch(16, MemoryMiBPerSample = 0.5)]\n[Devices(2, MemoryMiB = 16)]\n[GradientAccumulation([|2|])]");
            Change("TDSL0905", "[MicroBatch(64)]", "[MicroBatch([|64|], MemoryMiBPerSample = 100)]\n[Devices(1, MemoryMiB = 6399)]");
            Change("TDSL0905", "[MicroBatch(64)]", "[MicroBatch([|64|], MemoryMiBPerSample = 100)]\n[Devices(1, MemoryMiB = 99)]");

            // What a model, a dataset and a score do.
            Change("TDSL0906", "    public Net()", "    private readonly System.Collections.Generic.List<nn.Module> [|_more|] = [nn.Linear(64, 64)];\n\n    public Net()");
            Change("TDSL0907", "        RegisterComponents();\n", "        RegisterComponents();\n        _late = nn.Linear(1, 1);\n",
                body: LossBody, before: null, after: null, member: "private readonly TorchSharp.Modules.Linear [|_late|];");
            Change("TDSL0908", "        RegisterComponents();\n", "", before: "class [|Net|]");
            Change("TDSL0909", "    public Net()", "    private readonly Tensor [|_scale|] = torch.ones(1, requires_grad: true);\n\n    public Net()");
            Change("TDSL0910", "[Column<long>(\"Label\")]", "[Column<long>(\"Label\")]\n[[|Column<float>(\"Weight\")|]]");
            Change("TDSL0911", "[Column<long>(\"Label\")]", "[Column<int>(\"Label\")]", read: "row.Label = (int)(index % 10);", before: ", [|batch.Label|]);");
            Change("TDSL0912", "[Column<float>(\"Pixels\", 1, 8, 8)]", "[Column<byte>(\"Pixels\", 1, 8, 8)]", before: "model.call([|batch.Pixels|])");
            Change("TDSL0913", LossMethod, LossMethod + "    [Metric(\"a\")]\n    private static Tensor A(Net model, in Digits.Batch batch) => "
                + "[|model.call(batch.Pixels).argmax(1).eq(batch.Label).mean()|];\n");
            Change("TDSL0914", LossBody, " => [|nn.functional.cross_entropy(model.call(batch.Pixels), batch.Label, reduction: nn.Reduction.Sum)|];");
            Change("TDSL0915", LossBody, " => [|nn.functional.cross_entropy(model.call(batch.Pixels), batch.Label, reduction: nn.Reduction.None)|];");
            Change("TDSL0916", LossBody, " => nn.functional.cross_entropy([|nn.functional.softmax(model.call(batch.Pixels), 1)|], batch.Label);");
            Change("TDSL0917", LossBody, " => nn.functional.nll_loss([|model.call(batch.Pixels)|], batch.Label);");
            Change("TDSL0918", "_linear.call(input.flatten(1))", "[|nn.functional.dropout(_linear.call(input.flatten(1)), 0.1)|]");
            Change("TDSL0919", LossBody, " => batch.Pixels.mean();", before: "Net [|model|],");
            Change("TDSL0920", LossBody, " => [|model.call(batch.Pixels).argmax(1).to_type(ScalarType.Float32).mean()|];");
            Change("TDSL0921", LossBody, "\n    {\n        using var loss = model.call(batch.Pixels).mean();\n        return [|loss|];\n    }");
            Change("TDSL0922", LossBody, "\n    {\n        [|model.eval()|];\n        return model.call(batch.Pixels).mean();\n    }");
            Change("TDSL0923", LossBody, "\n    {\n        [|batch.Pixels.mul_(2)|];\n        return model.call(batch.Pixels).mean();\n    }");
            Change("TDSL0924", "nn.Linear(64, 10)", "nn.Linear(64, 1)", body: " => nn.functional.mse_loss([|model.call(batch.Pixels)|], batch.Label.to_type(ScalarType.Float32));");
            Change("TDSL0925", "[MicroBatch(64)]", "[Devices(2)]\n[GradientAccumulation(1)]",
                body: "\n    {\n        [|s_last = batch.Count|];\n        return model.call(batch.Pixels).mean();\n    }\n\n    private static long s_last;");
            return cases;

            // The mistake in a program that uses the definition: nothing else may fail.
            void Change(
                string id, string old, string replacement, bool atClass = false, bool use = true, string? training = null, string? extra = null,
                string? after = null, string? body = null, string? before = null, string? read = null, string? datasetAttribute = null,
                string? member = null)
            {
                string source = Usings + "namespace Sample;\n\n" + Net + Dataset + (training ?? Training) + (use ? Use : "") + after;
                source = With(source, old, replacement);
                if (atClass)
                {
                    source = With(source, "partial class DigitTraining", "partial class [|DigitTraining|]");
                }

                if (before is not null)
                {
                    source = With(source, before.Replace("[|", "").Replace("|]", ""), before);
                }

                if (extra is not null)
                {
                    source = With(source, "[Model<Net>]", extra);
                }

                if (datasetAttribute is not null)
                {
                    source = With(source, "[Dataset<Digits>]", datasetAttribute);
                }

                if (body is not null)
                {
                    source = With(source, LossBody, body);
                }

                if (read is not null)
                {
                    source = With(source, "row.Label = index % 10;", read);
                }

                if (member is not null)
                {
                    source = With(source, "    public Net()", "    " + member + "\n\n    public Net()");
                }

                cases.Add(id, source);
            }

            // The methods of a base class, the loss among them marked otherwise.
            static string Base(string mark, string methods)
                => "public class Recipe\n{\n" + methods.Replace("[Loss]", "[" + mark + "]").Replace("private", "protected") + "}\n";

            // A class that nothing can be generated into: alone, because whoever uses it misses what is not generated.
            void Alone(string id, string old, string replacement)
                => cases.Add(id, Usings + "namespace Sample;\n\n" + Net + Dataset + With(With(Training, old, replacement), LossMethod, ""));

            void Hook(string id, string hook, string body = "\n    {\n    }")
                => Change(id, LossMethod, LossMethod + "\n    " + hook + body + "\n");

            void AloneDataset(string id, string old, string replacement)
                => cases.Add(id, Usings + "namespace Sample;\n\n"
                    + With(With(Dataset, old, replacement), Dataset[Dataset.IndexOf("    public partial void Read",
                        System.StringComparison.Ordinal)..], "}\n"));
        }
    }
}
