namespace TrainDsl.Checkpoints;

/// <summary>The rule of the safetensors format that a file, or a request to write one, breaks.</summary>
public enum SafetensorsError
{
    /// <summary>The file is too short to hold the 8 bytes of the header's length.</summary>
    FileTooShort,

    /// <summary>The header is longer than 100,000,000 bytes.</summary>
    HeaderTooLarge,

    /// <summary>The header is longer than the file.</summary>
    HeaderOutOfBounds,

    /// <summary>The header does not begin with '{'.</summary>
    HeaderNotAnObject,

    /// <summary>The header, or a name, is not valid Unicode.</summary>
    InvalidText,

    /// <summary>The header is not valid JSON.</summary>
    InvalidJson,

    /// <summary>A value in the header is of the wrong JSON kind.</summary>
    WrongValueKind,

    /// <summary>Two tensors, two metadata entries or two keys of one tensor have the same name.</summary>
    DuplicateName,

    /// <summary>A tensor has a key other than dtype, shape and data_offsets.</summary>
    UnknownKey,

    /// <summary>A tensor lacks dtype, shape or data_offsets.</summary>
    MissingKey,

    /// <summary>The element type is not one of the format's.</summary>
    UnknownDtype,

    /// <summary>A size in a shape is negative, not an integer or more than 2^63 - 1.</summary>
    InvalidShape,

    /// <summary>The size of a tensor overflows, or its packed elements do not fill whole bytes.</summary>
    InvalidSize,

    /// <summary>Data offsets are not two non-negative integers in ascending order.</summary>
    InvalidOffsets,

    /// <summary>Data offsets reach beyond the end of the file.</summary>
    OffsetsOutOfBounds,

    /// <summary>The bytes of a tensor are not as many as its element type and shape need.</summary>
    SizeMismatch,

    /// <summary>Two tensors share bytes.</summary>
    Overlap,

    /// <summary>Bytes between tensors, or after the last, belong to no tensor.</summary>
    Hole,

    /// <summary>A tensor that was asked for by name is not in the file.</summary>
    NoSuchTensor,

    /// <summary>The name <c>__metadata__</c> is kept for the metadata and cannot name a tensor.</summary>
    ReservedName,
}
