namespace TrainDsl.Checkpoints;

/// <summary>A parameter or buffer of a model under one of its names.</summary>
internal sealed record ModelTensor(string Name, SafetensorsDtype Dtype, long[] Shape, HostView View);
