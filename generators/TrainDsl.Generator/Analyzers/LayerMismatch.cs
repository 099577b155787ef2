using Microsoft.CodeAnalysis;

namespace TrainDsl.Generator.Analyzers;

/// <summary>A first layer that a column does not fit.</summary>
/// <param name="Layer">The layer, for instance <c>Linear</c>.</param>
/// <param name="Unit">What it counts: features or channels.</param>
/// <param name="Expected">How many it takes.</param>
/// <param name="Actual">How many it is given.</param>
/// <param name="Shape">The shape in which the column reaches it.</param>
/// <param name="Location">Where the expected number is written.</param>
internal sealed record LayerMismatch(string Layer, string Unit, long Expected, long Actual, ColumnShape Shape, Location Location);
