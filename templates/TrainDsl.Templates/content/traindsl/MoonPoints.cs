using System;
using TrainDsl;

namespace Moons._1;

/// <summary>Points of two interleaved half circles with noise, and which of the two each belongs to.</summary>
[Column<float>("Point", 2)]
[Column<long>("Moon")]
public sealed partial class MoonPoints : IDataset
{
    private readonly (float X, float Y, long Moon)[] _points;

    /// <param name="count">How many points to make.</param>
    /// <param name="noise">The standard deviation of what is added to each coordinate; the radius is 1.</param>
    /// <param name="seed">The same seed makes the same points.</param>
    public MoonPoints(int count, double noise, int seed)
    {
        var random = new Random(seed);
        _points = new (float, float, long)[count];
        for (int index = 0; index < count; index++)
        {
            long moon = index % 2;
            double angle = Math.PI * random.NextDouble();
            (double x, double y) = moon == 0
                ? (Math.Cos(angle), Math.Sin(angle))
                : (1 - Math.Cos(angle), 0.5 - Math.Sin(angle));
            _points[index] = ((float)(x + noise * Normal(random)), (float)(y + noise * Normal(random)), moon);
        }
    }

    public long Count => _points.Length;

    public partial void Read(long index, in Row row)
    {
        (float x, float y, long moon) = _points[index];
        row.Point[0] = x;
        row.Point[1] = y;
        row.Moon = moon;
    }

    // Box and Muller, 1958.
    private static double Normal(Random random)
        => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
