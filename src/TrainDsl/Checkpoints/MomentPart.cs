using TrainDsl.Parameters;

namespace TrainDsl.Checkpoints;

/// <summary>The moments of a range of a flat buffer: of a parameter group, or of what one replica updates of it.</summary>
/// <param name="Name">The moment's name in torch.optim's state.</param>
/// <param name="Buffer">Which of the model's flat buffers.</param>
/// <param name="Offset">The first element in that buffer.</param>
/// <param name="View">The moments.</param>
internal sealed record MomentPart(string Name, int Buffer, long Offset, HostView View)
{
    /// <summary>The name of a parameter's moment in a checkpoint.</summary>
    public static string NameOf(ParameterSlot slot, string moment) => $"{slot.Name}.{moment}";
}
