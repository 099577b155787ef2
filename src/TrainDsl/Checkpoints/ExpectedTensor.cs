namespace TrainDsl.Checkpoints;

/// <summary>A tensor that a run has, as a checkpoint is compared with it.</summary>
/// <param name="Name">Its name in the file.</param>
/// <param name="Dtype">Its element type.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="IsOptional">Whether a checkpoint may lack it, as those of earlier versions do.</param>
internal readonly record struct ExpectedTensor(string Name, SafetensorsDtype Dtype, long[] Shape, bool IsOptional);
