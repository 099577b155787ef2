using System;

namespace TrainDsl.Benchmarks.Models;

/// <summary>Seeded noise from -1 to 1 with labels, held in memory: what a dataset costs beyond the copy is left out.</summary>
internal sealed class Noise
{
    public const int Samples = 32 * 64;

    private readonly float[] _values;
    private readonly int _size;

    public Noise(int size)
    {
        _size = size;
        _values = new float[Samples * size];
        var random = new Random(1);
        for (int index = 0; index < _values.Length; index++)
        {
            _values[index] = (2f * random.NextSingle()) - 1f;
        }
    }

    public ReadOnlySpan<float> this[long sample] => _values.AsSpan((int)sample * _size, _size);
}

[Column<float>("Input", 784)]
[Column<long>("Label")]
public sealed partial class FlatImages : IDataset
{
    private readonly Noise _noise = new(784);

    public long Count => Noise.Samples;

    public partial void Read(long index, in Row row)
    {
        _noise[index].CopyTo(row.Input);
        row.Label = index % 10;
    }
}

[Column<float>("Input", 1, 28, 28)]
[Column<long>("Label")]
public sealed partial class SquareImages : IDataset
{
    private readonly Noise _noise = new(784);

    public long Count => Noise.Samples;

    public partial void Read(long index, in Row row)
    {
        _noise[index].CopyTo(row.Input);
        row.Label = index % 10;
    }
}

[Column<float>("Input", 16)]
[Column<long>("Label")]
public sealed partial class Measurements : IDataset
{
    private readonly Noise _noise = new(16);

    public long Count => Noise.Samples;

    public partial void Read(long index, in Row row)
    {
        _noise[index].CopyTo(row.Input);
        row.Label = index % 4;
    }
}
