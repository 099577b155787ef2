using System.Collections.Generic;
using System.Linq;

namespace TrainDsl.Generator.Analyzers;

/// <summary>The shape in which a column is given on: [batch, sample sizes].</summary>
/// <param name="Column">The column's name.</param>
/// <param name="Sample">The sizes of one sample; none for a scalar.</param>
internal sealed record ColumnShape(string Column, IReadOnlyList<long> Sample)
{
    /// <summary>The shape after all dimensions but the first are made one; null for a scalar, which has no other.</summary>
    public ColumnShape? Flattened => Sample.Count == 0 ? null : this with { Sample = [Sample.Aggregate(1L, static (product, size) => product * size)] };

    /// <inheritdoc/>
    public override string ToString() => "[batch" + string.Concat(Sample.Select(static size => $", {size}")) + "]";
}
