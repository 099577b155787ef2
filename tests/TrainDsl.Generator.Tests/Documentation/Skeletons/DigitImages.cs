[Column<float>("Pixels", 1, 8, 8)]
[Column<long>("Label")]
public sealed partial class DigitImages : IDataset
{
    public long Count => 1797;

    public partial void Read(long index, in Row row)
    {
        row.Pixels.Clear();
        row.Label = index % 10;
    }
}
