using System;

namespace TrainDsl.Native;

/// <summary>Says why a library cannot be read, or must not be adjusted. The only exception that reading an ELF image throws.</summary>
internal sealed class ElfFormatException(string reason) : Exception(reason);
