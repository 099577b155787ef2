using System.Collections.Generic;

namespace TrainDsl.Checkpoints;

/// <summary>An optimizer or a schedule as it is declared.</summary>
/// <param name="Kind">Its name, such as <c>AdamW</c>.</param>
/// <param name="Parameters">Its settings by name; 0 and 1 for no and yes.</param>
public sealed record DefinitionPart(string Kind, IReadOnlyList<KeyValuePair<string, double>> Parameters);
