using System;

namespace TrainDsl.Tests.Numerics;

/// <summary>The reference samples, or the first of them.</summary>
[Column<float>("Inputs", InputCount)]
[Column<long>("Label")]
[Column<float>("Targets", OutputCount)]
[Column<float>("Weights", OutputCount)]
internal sealed partial class ReferenceSamples(int count) : IDataset
{
    private const int InputCount = 16;
    private const int OutputCount = 4;

    public long Count => count;

    public partial void Read(long index, in Row row)
    {
        ReferenceData data = ReferenceData.Shared;
        int sample = (int)index;
        data.Inputs.AsSpan(sample * InputCount, InputCount).CopyTo(row.Inputs);
        row.Label = data.Labels[sample];
        data.Targets.AsSpan(sample * OutputCount, OutputCount).CopyTo(row.Targets);
        data.Weights.AsSpan(sample * OutputCount, OutputCount).CopyTo(row.Weights);
    }
}
