using System;
using System.IO;

namespace TrainDsl.Checkpoints;

/// <summary>A file to be written into a checkpoint.</summary>
/// <param name="Name">A plain file name, such as "model.safetensors".</param>
/// <param name="WriteTo">Writes its bytes, once and in order.</param>
internal sealed record CheckpointFile(string Name, Action<Stream> WriteTo);
