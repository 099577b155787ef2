using System;
using System.Threading;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TrainDsl.Tests.Allocation;

/// <summary>A model whose forward pass allocates TorchSharp's wrappers and nothing else.</summary>
public sealed class Probe : Module<Tensor, Tensor>
{
    private readonly TorchSharp.Modules.Linear _first = Linear(6, 12);
    private readonly TorchSharp.Modules.Linear _second = Linear(12, 3);

    public Probe()
        : base(nameof(Probe)) =>
        RegisterComponents();

    public override Tensor forward(Tensor input) => _second.call(functional.relu(_first.call(input)));
}

[Column<float>("Input", 6)]
[Column<long>("Label")]
public sealed partial class ProbeSamples : IDataset
{
    // Not a multiple of the global batch of 32: the last one of each epoch is partial.
    public long Count => 32 * 7 + 13;

    public partial void Read(long index, in Row row)
    {
        row.Input.Fill(index % 5);
        row.Label = index % 3;
    }
}

[Training]
[Model<Probe>]
[Dataset<ProbeSamples>]
[GlobalBatch(32)]
[MicroBatch(8)]
[Epochs(40)]
[AdamW]
[CosineDecay(WarmupSteps = 5)]
[ClipGradNorm(0.5)]
public sealed partial class ClippedAccumulation
{
    [Loss]
    private static Tensor Loss(Probe model, in ProbeSamples.Batch batch) => functional.cross_entropy(model.call(batch.Input), batch.Label);

    /// <summary>What the user's own forward pass and loss allocate, for comparison.</summary>
    internal static void ForwardAlone(Probe model, in ProbeSamples.Batch batch) => Loss(model, in batch);
}

[Training]
[Model<Probe>]
[Dataset<ProbeSamples>(DropLast = true)]
[MicroBatch(32)]
[Epochs(40)]
[Sgd(Momentum = 0.9)]
public sealed partial class PlainSgd
{
    [Loss]
    private static Tensor Loss(Probe model, in ProbeSamples.Batch batch) => functional.cross_entropy(model.call(batch.Input), batch.Label);

    internal static void ForwardAlone(Probe model, in ProbeSamples.Batch batch) => Loss(model, in batch);
}

[Training]
[Model<Probe>]
[Dataset<ProbeSamples>]
[GlobalBatch(32)]
[MicroBatch(8)]
[Epochs(40)]
[Adam]
public sealed partial class WeightedAccumulation
{
    [Loss]
    private static WeightedSum Loss(Probe model, in ProbeSamples.Batch batch)
    {
        Tensor weight = batch.Label.to_type(ScalarType.Float32);
        Tensor losses = functional.cross_entropy(model.call(batch.Input), batch.Label, reduction: Reduction.None);
        return new WeightedSum((losses * weight).sum(), weight.sum());
    }

    internal static void ForwardAlone(Probe model, in ProbeSamples.Batch batch) => Loss(model, in batch);
}

/// <summary>Two replicas, of which the second notes what its thread has allocated each time it comes to its loss.</summary>
[Training]
[Model<Probe>]
[Dataset<ProbeSamples>(DropLast = true)]
[GlobalBatch(32)]
[MicroBatch(8)]
[Devices(2)]
[Epochs(40)]
[AdamW]
[ClipGradNorm(0.5)]
public sealed partial class CountedReplicas
{
    internal const int EpochCount = 40;

    private static readonly long[] s_bytes = new long[100_000];
    private static int s_passes;

    /// <summary>What the second replica's thread had allocated at each of its passes.</summary>
    internal static ReadOnlySpan<long> Bytes => s_bytes.AsSpan(0, s_passes);

    [Loss]
    private static Tensor Loss(Probe model, in ProbeSamples.Batch batch)
    {
        if (Thread.CurrentThread.Name == "replica 1")
        {
            s_bytes[s_passes++] = GC.GetAllocatedBytesForCurrentThread();
        }

        return functional.cross_entropy(model.call(batch.Input), batch.Label);
    }
}
