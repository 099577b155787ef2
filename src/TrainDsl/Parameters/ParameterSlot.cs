namespace TrainDsl.Parameters;

/// <summary>Where a parameter lies in its flat buffer.</summary>
/// <param name="Name">The parameter's dotted name in its model.</param>
/// <param name="Shape">The parameter's shape.</param>
/// <param name="Offset">Elements before it in the buffer.</param>
/// <param name="Count">Its number of elements.</param>
public sealed record ParameterSlot(string Name, long[] Shape, long Offset, long Count);
