namespace TrainDsl.Checkpoints;

/// <summary>Constants of the safetensors format (https://github.com/huggingface/safetensors, section Format).</summary>
internal static class SafetensorsFormat
{
    /// <summary>The bytes of the little-endian header length with which a file begins.</summary>
    public const int LengthBytes = 8;

    /// <summary>The most bytes that a header may have.</summary>
    public const int MaxHeaderBytes = 100_000_000;

    public const string MetadataKey = "__metadata__";
}
