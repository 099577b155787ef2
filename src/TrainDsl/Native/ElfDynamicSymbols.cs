using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Text;

namespace TrainDsl.Native;

/// <summary>
/// The dynamic symbols of a 64-bit x86-64 shared object and the versions they are bound to, read from and written to the bytes of
/// its file. Every access is checked against the bounds of the table it belongs to, and the tables named by the section headers are
/// checked to be the ones that the dynamic linker reads.
/// </summary>
/// <remarks>
/// Formats: System V ABI, chapters 4 and 5; symbol versions: Linux Standard Base Core, "Symbol Versioning".
/// Members throw <see cref="ElfFormatException"/> where the image is damaged, and no other exception.
/// </remarks>
internal readonly ref struct ElfDynamicSymbols
{
    private const int SymbolSize = 24;
    private const int VersionNeedSize = 16;
    private const ushort HiddenBit = 0x8000;

    private readonly Span<byte> _image;
    private readonly Range _symbols;
    private readonly Range _strings;
    private readonly Range _versions;
    private readonly Range _versionNeeds;
    private readonly int _versionNeedCount;
    private readonly uint? _libraryNameOffset;

    private ElfDynamicSymbols(Span<byte> image)
    {
        _image = image;
        CheckFileHeader(image);
        List<Section> sections = ReadSections(image);
        Section symbols = Single(sections, SectionType.DynamicSymbols, ".dynsym");
        Section dynamic = Single(sections, SectionType.Dynamic, ".dynamic");
        Section versions = Single(sections, SectionType.SymbolVersions, ".gnu.version");
        Section versionNeeds = Single(sections, SectionType.VersionNeeds, ".gnu.version_r");
        if (symbols.Link >= sections.Count || sections[(int)symbols.Link].Type != SectionType.Strings)
        {
            throw new ElfFormatException("the dynamic symbols name no string table");
        }

        Section strings = sections[(int)symbols.Link];
        if (versionNeeds.Link != symbols.Link)
        {
            throw new ElfFormatException("symbols and needed versions do not share one string table");
        }

        _symbols = Bounds(image, symbols, ".dynsym");
        _strings = Bounds(image, strings, ".dynstr");
        _versions = Bounds(image, versions, ".gnu.version");
        _versionNeeds = Bounds(image, versionNeeds, ".gnu.version_r");
        Count = Length(_symbols) / SymbolSize;
        if (symbols.EntrySize != SymbolSize || Length(_symbols) % SymbolSize != 0 || Length(_versions) != Count * sizeof(ushort))
        {
            throw new ElfFormatException("the sizes of the symbol table and of the version table do not fit each other");
        }

        var tags = new DynamicTags(image[Bounds(image, dynamic, ".dynamic")]);
        CheckDynamicLinkerReads(image, tags.SymbolTable, symbols, ".dynsym");
        CheckDynamicLinkerReads(image, tags.StringTable, strings, ".dynstr");
        CheckDynamicLinkerReads(image, tags.SymbolVersions, versions, ".gnu.version");
        CheckDynamicLinkerReads(image, tags.VersionNeeds, versionNeeds, ".gnu.version_r");
        if (tags.VersionNeedCount is not (> 0 and <= int.MaxValue))
        {
            throw new ElfFormatException("the dynamic section does not say how many libraries versions are needed from");
        }

        _versionNeedCount = (int)tags.VersionNeedCount.Value;
        _libraryNameOffset = tags.LibraryName is { } name
            ? name <= uint.MaxValue ? (uint)name : throw new ElfFormatException("the library's name lies outside its string table")
            : null;
    }

    private enum SectionType : uint
    {
        Strings = 3,
        Dynamic = 6,
        DynamicSymbols = 11,
        VersionNeeds = 0x6ffffffe,
        SymbolVersions = 0x6fffffff,
    }

    /// <summary>How many dynamic symbols there are, counting the empty one at index 0.</summary>
    public int Count { get; }

    /// <summary>The name under which the dynamic linker knows the library (<c>DT_SONAME</c>), or null where it states none.</summary>
    public string? LibraryName => _libraryNameOffset is { } offset ? Text(offset) : null;

    /// <summary>Reads the tables of an image. The image is kept, not copied: the setters write to it.</summary>
    /// <param name="image">The bytes of the whole file.</param>
    /// <exception cref="ElfFormatException">The image is not a 64-bit x86-64 shared object with versioned symbols, or is damaged.</exception>
    public static ElfDynamicSymbols Read(Span<byte> image) => new(image);

    /// <summary>The System V hash of a name, by which the dynamic linker compares versions.</summary>
    public static uint Hash(ReadOnlySpan<byte> name)
    {
        uint hash = 0;
        foreach (byte character in name)
        {
            hash = (hash << 4) + character;
            uint high = hash & 0xf0000000;
            hash ^= high >> 24;
            hash &= ~high;
        }

        return hash;
    }

    /// <summary>Where the name of a symbol lies in the string table.</summary>
    public uint NameOffset(int symbol) => BinaryPrimitives.ReadUInt32LittleEndian(Symbol(symbol));

    /// <summary>The name of a symbol, without the terminating zero.</summary>
    public ReadOnlySpan<byte> Name(int symbol) => TextBytes(NameOffset(symbol));

    /// <summary>Whether another library has to define the symbol.</summary>
    public bool IsUndefined(int symbol) => BinaryPrimitives.ReadUInt16LittleEndian(Symbol(symbol)[6..]) == 0;

    /// <summary>The version a symbol is bound to: the <see cref="ElfVersionNeed.Index"/> of a needed version; 0 and 1 mean none.</summary>
    public ushort VersionIndex(int symbol) => (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(Version(symbol)) & ~HiddenBit);

    /// <summary>All versions that are needed from other libraries, in the order of the file.</summary>
    public List<ElfVersionNeed> ReadVersionNeeds()
    {
        var needs = new List<ElfVersionNeed>();
        Span<byte> table = _image[_versionNeeds];
        long position = 0;
        for (int library = 0; library < _versionNeedCount; library++)
        {
            ReadOnlySpan<byte> entry = Entry(table, position);
            ushort count = BinaryPrimitives.ReadUInt16LittleEndian(entry[2..]);
            string name = Text(BinaryPrimitives.ReadUInt32LittleEndian(entry[4..]));
            ReadVersions(needs, table, position + BinaryPrimitives.ReadUInt32LittleEndian(entry[8..]), count, name);
            uint next = BinaryPrimitives.ReadUInt32LittleEndian(entry[12..]);
            if (BinaryPrimitives.ReadUInt16LittleEndian(entry) != 1 || (next == 0) != (library == _versionNeedCount - 1))
            {
                throw new ElfFormatException("the list of needed versions is damaged");
            }

            position += next;
        }

        return needs;
    }

    /// <summary>Gives a symbol the name and the version of another one, so that both ask for the same thing.</summary>
    public void Point(int symbol, int target)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(Symbol(symbol), NameOffset(target));
        Version(target).CopyTo(Version(symbol));
    }

    /// <summary>Makes one needed version ask for another version that is needed from the same library.</summary>
    public void Rename(in ElfVersionNeed need, in ElfVersionNeed target)
    {
        Span<byte> entry = _image.Slice(need.Offset, VersionNeedSize);
        BinaryPrimitives.WriteUInt32LittleEndian(entry, target.Hash);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[8..], target.NameOffset);
    }

    private static void CheckFileHeader(ReadOnlySpan<byte> image)
    {
        if (image.Length < 64 || !image.StartsWith("\u007fELF"u8))
        {
            throw new ElfFormatException("it is not an ELF file");
        }

        const byte Class64 = 2, LittleEndian = 1;
        const ushort SharedObject = 3, X64 = 62;
        if (image[4] != Class64 || image[5] != LittleEndian || BinaryPrimitives.ReadUInt16LittleEndian(image[16..]) != SharedObject
            || BinaryPrimitives.ReadUInt16LittleEndian(image[18..]) != X64)
        {
            throw new ElfFormatException("it is not a 64-bit x86-64 shared object");
        }
    }

    private static List<Section> ReadSections(ReadOnlySpan<byte> image)
    {
        const int HeaderSize = 64;
        ulong start = BinaryPrimitives.ReadUInt64LittleEndian(image[0x28..]);
        ushort size = BinaryPrimitives.ReadUInt16LittleEndian(image[0x3a..]);
        ushort count = BinaryPrimitives.ReadUInt16LittleEndian(image[0x3c..]);
        if (size != HeaderSize || count == 0)
        {
            throw new ElfFormatException("it has no section headers");
        }

        ReadOnlySpan<byte> headers = image[Bounds(image, start, (ulong)count * HeaderSize, "the section headers")];
        var sections = new List<Section>(count);
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> header = headers.Slice(i * HeaderSize, HeaderSize);
            sections.Add(new Section(
                (SectionType)BinaryPrimitives.ReadUInt32LittleEndian(header[4..]),
                BinaryPrimitives.ReadUInt64LittleEndian(header[16..]),
                BinaryPrimitives.ReadUInt64LittleEndian(header[24..]),
                BinaryPrimitives.ReadUInt64LittleEndian(header[32..]),
                BinaryPrimitives.ReadUInt32LittleEndian(header[40..]),
                BinaryPrimitives.ReadUInt64LittleEndian(header[56..])));
        }

        return sections;
    }

    private static Section Single(List<Section> sections, SectionType type, string name)
    {
        List<Section> found = sections.FindAll(section => section.Type == type);
        return found.Count == 1 ? found[0] : throw new ElfFormatException($"it has {found.Count} tables of the kind {name} instead of one");
    }

    private static Range Bounds(ReadOnlySpan<byte> image, Section section, string name) =>
        Bounds(image, section.Offset, section.Size, name);

    private static Range Bounds(ReadOnlySpan<byte> image, ulong offset, ulong size, string name)
    {
        if (offset > (ulong)image.Length || size > (ulong)image.Length - offset)
        {
            throw new ElfFormatException($"{name} reaches past the end of the file");
        }

        return new Range((int)offset, (int)(offset + size));
    }

    private static int Length(Range range) => range.End.Value - range.Start.Value;

    // The dynamic linker never looks at section headers: it finds its tables by the addresses of the dynamic section.
    private static void CheckDynamicLinkerReads(ReadOnlySpan<byte> image, ulong? address, Section section, string name)
    {
        const int HeaderSize = 56;
        const uint Load = 1;
        ulong start = BinaryPrimitives.ReadUInt64LittleEndian(image[0x20..]);
        ushort size = BinaryPrimitives.ReadUInt16LittleEndian(image[0x36..]);
        ushort count = BinaryPrimitives.ReadUInt16LittleEndian(image[0x38..]);
        if (size != HeaderSize)
        {
            throw new ElfFormatException("its program headers have an unknown size");
        }

        ReadOnlySpan<byte> headers = image[Bounds(image, start, (ulong)count * HeaderSize, "the program headers")];
        for (int i = 0; i < count && address == section.Address; i++)
        {
            ReadOnlySpan<byte> header = headers.Slice(i * HeaderSize, HeaderSize);
            ulong fileOffset = BinaryPrimitives.ReadUInt64LittleEndian(header[8..]);
            ulong virtualAddress = BinaryPrimitives.ReadUInt64LittleEndian(header[16..]);
            ulong fileSize = BinaryPrimitives.ReadUInt64LittleEndian(header[32..]);
            ulong within = section.Offset - fileOffset;
            if (BinaryPrimitives.ReadUInt32LittleEndian(header) == Load && section.Offset >= fileOffset && within <= fileSize
                && section.Size <= fileSize - within && section.Address == unchecked(virtualAddress + within))
            {
                return;
            }
        }

        throw new ElfFormatException($"the dynamic linker would read another {name} than the section headers name");
    }

    private static ReadOnlySpan<byte> Entry(ReadOnlySpan<byte> table, long position) =>
        position <= table.Length - VersionNeedSize
            ? table.Slice((int)position, VersionNeedSize)
            : throw new ElfFormatException("the list of needed versions reaches past its table");

    private void ReadVersions(List<ElfVersionNeed> needs, ReadOnlySpan<byte> table, long position, int count, string library)
    {
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> entry = Entry(table, position);
            uint nameOffset = BinaryPrimitives.ReadUInt32LittleEndian(entry[8..]);
            ReadOnlySpan<byte> name = TextBytes(nameOffset);
            uint hash = BinaryPrimitives.ReadUInt32LittleEndian(entry);
            uint next = BinaryPrimitives.ReadUInt32LittleEndian(entry[12..]);
            if (hash != Hash(name) || (next == 0) != (i == count - 1))
            {
                throw new ElfFormatException("the list of needed versions is damaged");
            }

            ushort index = BinaryPrimitives.ReadUInt16LittleEndian(entry[6..]);
            needs.Add(new ElfVersionNeed(
                library, Encoding.Latin1.GetString(name), nameOffset, hash, index, _versionNeeds.Start.Value + (int)position));
            position += next;
        }
    }

    private Span<byte> Symbol(int symbol) => _image[_symbols].Slice(symbol * SymbolSize, SymbolSize);

    private Span<byte> Version(int symbol) => _image[_versions].Slice(symbol * sizeof(ushort), sizeof(ushort));

    private string Text(uint offset) => Encoding.Latin1.GetString(TextBytes(offset));

    private ReadOnlySpan<byte> TextBytes(uint offset)
    {
        ReadOnlySpan<byte> strings = _image[_strings];
        if (offset < (uint)strings.Length && strings[(int)offset..].IndexOf((byte)0) is >= 0 and int length)
        {
            return strings.Slice((int)offset, length);
        }

        throw new ElfFormatException("a name lies outside its string table");
    }

    private readonly record struct Section(SectionType Type, ulong Address, ulong Offset, ulong Size, uint Link, ulong EntrySize);

    /// <summary>The entries of the dynamic section that matter here; null where an entry is missing.</summary>
    private readonly struct DynamicTags
    {
        public DynamicTags(ReadOnlySpan<byte> section)
        {
            const int EntrySize = 16;
            for (; section.Length >= EntrySize; section = section[EntrySize..])
            {
                ulong value = BinaryPrimitives.ReadUInt64LittleEndian(section[8..]);
                switch (BinaryPrimitives.ReadUInt64LittleEndian(section))
                {
                    case 0: return;
                    case 5: StringTable = value; break;
                    case 6: SymbolTable = value; break;
                    case 14: LibraryName = value; break;
                    case 0x6ffffff0: SymbolVersions = value; break;
                    case 0x6ffffffe: VersionNeeds = value; break;
                    case 0x6fffffff: VersionNeedCount = value; break;
                    default: break;
                }
            }
        }

        public ulong? StringTable { get; }

        public ulong? SymbolTable { get; }

        public ulong? LibraryName { get; }

        public ulong? SymbolVersions { get; }

        public ulong? VersionNeeds { get; }

        public ulong? VersionNeedCount { get; }
    }
}
