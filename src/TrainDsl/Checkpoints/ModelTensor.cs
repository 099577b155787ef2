namespace TrainDsl.Checkpoints;

/// <summary>A parameter or buffer of a model under one of its names.</summary>
/// <param name="Name">Its name in the file.</param>
/// <param name="Dtype">Its element type.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="View">Its elements in host memory.</param>
/// <param name="IsOptional">Whether a checkpoint may lack it: a second name, or a buffer that is not persistent.</param>
internal sealed unsafe record ModelTensor(string Name, SafetensorsDtype Dtype, long[] Shape, HostView View, bool IsOptional)
{
    /// <summary>What a checkpoint is compared with.</summary>
    public ExpectedTensor Expected => new(Name, Dtype, Shape, IsOptional);

    /// <summary>What is written; the view has been refreshed.</summary>
    public SafetensorsTensor ToFile() => new(Name, Dtype, Shape, View.Address, View.ByteLength);
}
