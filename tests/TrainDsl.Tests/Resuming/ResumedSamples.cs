using System;

namespace TrainDsl.Tests.Resuming;

/// <summary>Points whose features and label follow from their index; one may be poisoned with NaN, and one may fail to be read.</summary>
[Column<float>("Features", FeatureCount)]
[Column<long>("Label")]
internal sealed partial class ResumedSamples : IDataset
{
    public const int FeatureCount = 8;

    public long Count { get; init; } = 100;

    public long Poisoned { get; init; } = -1;

    public long Unreadable { get; init; } = -1;

    public partial void Read(long index, in Row row)
    {
        if (index == Unreadable)
        {
            throw new InvalidOperationException("injected");
        }

        for (int i = 0; i < FeatureCount; i++)
        {
            row.Features[i] = MathF.Sin((index * FeatureCount) + i);
        }

        row.Label = index % 4;
        if (index == Poisoned)
        {
            row.Features[0] = float.NaN;
        }
    }
}
