using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.IO.Compression;
using TrainDsl;

namespace Digits;

/// <summary>Handwritten digits of 8 x 8 grey values, scaled to 0..1, and their labels.</summary>
[Column<float>("Pixels", 1, 8, 8)]
[Column<long>("Label")]
public sealed partial class DigitImages : IDataset
{
    private const int PixelCount = 64;
    private const float BrightestPixel = 16f;

    private readonly IReadOnlyList<byte[]> _rows;

    private DigitImages(IReadOnlyList<byte[]> rows) => _rows = rows;

    public long Count => _rows.Count;

    /// <summary>Reads the file and splits it by seed.</summary>
    /// <param name="path">A gzipped CSV file: 64 values 0..16 and a label 0..9 in each row.</param>
    /// <param name="trainingShare">The share of rows to train on.</param>
    /// <param name="seed">The seed of the split.</param>
    public static (DigitImages Training, DigitImages Validation) Load(string path, double trainingShare, int seed)
    {
        byte[][] rows = [.. ReadRows(path)];
        new Random(seed).Shuffle(rows);
        int trainingRows = (int)(rows.Length * trainingShare);
        return (new DigitImages(rows[..trainingRows]), new DigitImages(rows[trainingRows..]));
    }

    public partial void Read(long index, in Row row)
    {
        byte[] values = _rows[(int)index];
        for (int pixel = 0; pixel < PixelCount; pixel++)
        {
            row.Pixels[pixel] = values[pixel] / BrightestPixel;
        }

        row.Label = values[PixelCount];
    }

    private static IEnumerable<byte[]> ReadRows(string path)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line)
        {
            byte[] values = Array.ConvertAll(line.Split(','), static value => byte.Parse(value, CultureInfo.InvariantCulture));
            yield return values.Length == PixelCount + 1
                ? values
                : throw new InvalidDataException($"'{path}' has a row of {values.Length} values; expected {PixelCount} pixels and a label.");
        }
    }
}
