namespace TrainDsl.Checkpoints;

/// <summary>A file of a checkpoint as its manifest lists it.</summary>
/// <param name="Name">The plain file name.</param>
/// <param name="Size">Its length in bytes.</param>
/// <param name="Checksum">The XXH128 hash of its bytes, 32 lower-case hexadecimal digits, as <c>xxhsum -H128</c> prints it.</param>
internal sealed record CheckpointManifestFile(string Name, long Size, string Checksum);
