using System.Collections.Generic;

namespace TrainDsl.Checkpoints;

/// <summary>A validated header: the tensors in the order of their bytes, and the metadata.</summary>
internal sealed record SafetensorsHeader(SafetensorsEntry[] Entries, Dictionary<string, string> Metadata);
