using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using TrainDsl.Native;
using Xunit;

namespace TrainDsl.Tests.Native;

public class LibTorchSharpAdjustmentTests
{
    // Positions in libLibTorchSharp.so of TorchSharp 0.107.0, as `readelf --sections --dyn-syms --version-info` gives them. Another
    // version of TorchSharp has other ones: read them again, and check with `readelf --relocs` that nothing refers to the marker.
    private const int SectionHeaders = 0x249360;
    private const int SectionHeaderCount = 31;
    private const int Symbols = 0x3890;
    private const int Strings = 0x16760;
    private const int StringsSize = 0x2784d;
    private const int Versions = 0x3dfae;
    private const int VersionNeeds = 0x3f8f0;
    private const int VersionNeedsSize = 0x210;
    private const int Dynamic = 0x1d4b18;
    private const int DynamicSize = 0x270;
    private const int Marker = 482;
    private const int Replacement = 517;
    private const int ConditionVariableWait = 1017;
    private const int MissingNeed = VersionNeeds + 0x140;
    private const int PresentNeed = VersionNeeds + 0xd0;

    private static readonly Lazy<byte[]> Library = new(() => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "libLibTorchSharp.so")));

    [LinuxX64Fact]
    public void Changes_only_the_marker_and_the_version_needed_for_it()
    {
        byte[] original = Library.Value;
        byte[] adjusted = Adjusted(original);

        int[] changed = [.. Enumerable.Range(0, original.Length).Where(i => original[i] != adjusted[i])];
        (int Start, int Length)[] fields =
            [(SymbolOf(Marker), 4), (VersionOf(Marker), 2), (MissingNeed, 4), (MissingNeed + 8, 4)];
        Assert.All(changed, position => Assert.Contains(fields, field => position >= field.Start && position < field.Start + field.Length));
        Assert.All(fields, field => Assert.Contains(changed, position => position >= field.Start && position < field.Start + field.Length));

        Assert.Equal("_ZSt21ios_base_library_initv", TextAt(original, UInt32At(original, SymbolOf(Marker))));
        Assert.Equal("_ZNSt6chrono3_V212steady_clock3nowEv", TextAt(adjusted, UInt32At(adjusted, SymbolOf(Marker))));
        Assert.Equal(18, UInt16At(original, VersionOf(Marker)));
        Assert.Equal(20, UInt16At(adjusted, VersionOf(Marker)));
        Assert.Equal("GLIBCXX_3.4.32", TextAt(original, UInt32At(original, MissingNeed + 8)));
        Assert.Equal("GLIBCXX_3.4.30", TextAt(adjusted, UInt32At(adjusted, MissingNeed + 8)));
        Assert.Equal(UInt32At(original, PresentNeed), UInt32At(adjusted, MissingNeed));
    }

    [LinuxX64Fact]
    public void Asks_for_no_symbol_and_no_version_that_the_original_does_not_ask_for()
    {
        byte[] copy = [.. Library.Value];
        HashSet<string> before = Requirements(copy);
        LibTorchSharpAdjustment.Apply(copy);
        HashSet<string> after = Requirements(copy);

        Assert.Subset(before, after);
        Assert.Equal(["_ZSt21ios_base_library_initv@GLIBCXX_3.4.32", "needs GLIBCXX_3.4.32"], before.Except(after).Order(StringComparer.Ordinal));
    }

    [LinuxX64Fact]
    public void Refuses_what_is_adjusted_already()
    {
        AssertRefused(Adjusted(Library.Value), "exactly once");
    }

    public static TheoryData<string, string> Crafted => new()
    {
        { "second symbol of the version", "more than one symbol is bound to GLIBCXX_3.4.32" },
        { "marker of another version", "not bound to GLIBCXX_3.4.32" },
        { "marker twice", "more than once" },
        { "marker defined", "it defines" },
        { "no marker", "does not ask for std::ios_base_library_init()" },
        { "no replacement", "does not ask for std::chrono::steady_clock::now()" },
        { "replacement without a version", "not bound to a version of libstdc++.so.6" },
        { "older version not needed", "GLIBCXX_3.4.30 exactly once" },
        { "hash of a version wrong", "needed versions is damaged" },
        { "another library", "calls itself 'libAibTorchSharp.so'" },
        { "version table elsewhere", "the dynamic linker would read another .gnu.version" },
        { "other processor", "not a 64-bit x86-64 shared object" },
        { "32 bits", "not a 64-bit x86-64 shared object" },
        { "no ELF", "not an ELF file" },
    };

    [LinuxX64Theory]
    [MemberData(nameof(Crafted))]
    public void Refuses_a_library_that_is_not_exactly_as_expected(string what, string reason)
    {
        byte[] library = [.. Library.Value];
        uint someName = UInt32At(library, SymbolOf(ConditionVariableWait));
        switch (what)
        {
            case "second symbol of the version": Write(library, VersionOf(ConditionVariableWait), (ushort)18); break;
            case "marker of another version": Write(library, VersionOf(Marker), (ushort)20); break;
            case "marker twice": Write(library, SymbolOf(ConditionVariableWait), UInt32At(library, SymbolOf(Marker))); break;
            case "marker defined": Write(library, SymbolOf(Marker) + 6, (ushort)12); break;
            case "no marker": Write(library, SymbolOf(Marker), someName); break;
            case "no replacement": Write(library, SymbolOf(Replacement), someName); break;
            case "replacement without a version": Write(library, VersionOf(Replacement), (ushort)1); break;
            case "older version not needed": library.AsSpan(MissingNeed + 16, 12).CopyTo(library.AsSpan(PresentNeed)); break;
            case "hash of a version wrong": library[PresentNeed] ^= 1; break;
            case "another library": library[library.AsSpan().IndexOf("libLibTorchSharp.so\0"u8) + 3] = (byte)'A'; break;
            case "version table elsewhere": Write(library, SectionHeaders + (5 * 64) + 24, Versions + 2u); break;
            case "other processor": Write(library, 18, (ushort)183); break;
            case "32 bits": library[4] = 1; break;
            case "no ELF": library = [.. "#!/bin/sh\necho this file is a script, and long enough to hold a header\n"u8]; break;
            default: throw new ArgumentOutOfRangeException(nameof(what), what, "unknown");
        }

        AssertRefused(library, reason);
    }

    [LinuxX64Fact]
    public void Refuses_other_libraries()
    {
        AssertRefused(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "libc10.so")), "it calls itself 'libc10.so'");
    }

    [LinuxX64Fact]
    public void Refuses_a_truncated_file()
    {
        var random = new Random(7);
        int length = Library.Value.Length;
        IEnumerable<int> lengths = [0, 1, 4, 63, 64, 65, Symbols, SectionHeaders, SectionHeaders + 64, length - 1];
        foreach (int cut in lengths.Concat(Enumerable.Range(0, 200).Select(_ => random.Next(length))))
        {
            AssertRefused(Library.Value[..cut]);
        }
    }

    [LinuxX64Fact]
    public void Refuses_or_adjusts_a_damaged_file_and_throws_nothing_else()
    {
        var random = new Random(11);
        (int Start, int Length)[] tables =
        [
            (0, 64), (64, 10 * 56), (SectionHeaders, SectionHeaderCount * 64), (Dynamic, DynamicSize), (VersionNeeds, VersionNeedsSize),
            (SymbolOf(Marker - 1), 3 * 24), (SymbolOf(Replacement), 24), (VersionOf(Marker - 8), 64), (Strings, StringsSize),
        ];
        byte[] extremes = [0x00, 0x01, 0x7f, 0x80, 0xff];
        int refused = 0;
        const int Rounds = 900;
        for (int round = 0; round < Rounds; round++)
        {
            byte[] library = [.. Library.Value];
            (int start, int length) = tables[round % tables.Length];
            for (int flips = random.Next(1, 5); flips > 0; flips--)
            {
                library[start + random.Next(length)] = random.Next(2) == 0 ? (byte)random.Next(256) : extremes[random.Next(extremes.Length)];
            }

            byte[] copy = [.. library];
            try
            {
                LibTorchSharpAdjustment.Apply(copy);
                int changed = copy.AsSpan().Length - Enumerable.Range(0, copy.Length).Count(i => copy[i] == library[i]);
                Assert.InRange(changed, 1, 14);
            }
            catch (ElfFormatException)
            {
                Assert.True(copy.AsSpan().SequenceEqual(library));
                refused++;
            }
        }

        Assert.InRange(refused, Rounds / 4, Rounds - 1);
    }

    [Fact]
    public void Hashes_names_as_the_system_v_abi_does()
    {
        // From `readelf` of the version tables of libc.so.6 and libstdc++.so.6.
        Assert.Equal(0x09691a75u, ElfDynamicSymbols.Hash("GLIBC_2.2.5"u8));
        Assert.Equal(0x06969194u, ElfDynamicSymbols.Hash("GLIBC_2.14"u8));
        Assert.Equal(0x08922974u, ElfDynamicSymbols.Hash("GLIBCXX_3.4"u8));
    }

    private static byte[] Adjusted(byte[] library)
    {
        byte[] copy = [.. library];
        LibTorchSharpAdjustment.Apply(copy);
        return copy;
    }

    private static void AssertRefused(byte[] library, string reason = "")
    {
        byte[] copy = [.. library];
        ElfFormatException refusal = Assert.Throws<ElfFormatException>(() => LibTorchSharpAdjustment.Apply(copy));
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
        Assert.True(copy.AsSpan().SequenceEqual(library), "A refused library must not be written to.");
    }

    private static HashSet<string> Requirements(byte[] library)
    {
        var symbols = ElfDynamicSymbols.Read(library);
        List<ElfVersionNeed> needs = symbols.ReadVersionNeeds();
        HashSet<string> requirements = [.. needs.Select(need => "needs " + need.Name)];
        for (int symbol = 1; symbol < symbols.Count; symbol++)
        {
            if (symbols.IsUndefined(symbol))
            {
                ushort version = symbols.VersionIndex(symbol);
                string? name = needs.Where(need => need.Index == version).Select(need => need.Name).FirstOrDefault();
                requirements.Add($"{Encoding.ASCII.GetString(symbols.Name(symbol))}@{name}");
            }
        }

        return requirements;
    }

    private static int SymbolOf(int symbol) => Symbols + (symbol * 24);

    private static int VersionOf(int symbol) => Versions + (symbol * 2);

    private static string TextAt(byte[] library, uint offset)
    {
        int start = Strings + (int)offset;
        return Encoding.ASCII.GetString(library, start, Array.IndexOf(library, (byte)0, start) - start);
    }

    private static uint UInt32At(byte[] library, int position) => BinaryPrimitives.ReadUInt32LittleEndian(library.AsSpan(position));

    private static ushort UInt16At(byte[] library, int position) => BinaryPrimitives.ReadUInt16LittleEndian(library.AsSpan(position));

    private static void Write(byte[] library, int position, uint value) =>
        BinaryPrimitives.WriteUInt32LittleEndian(library.AsSpan(position), value);

    private static void Write(byte[] library, int position, ushort value) =>
        BinaryPrimitives.WriteUInt16LittleEndian(library.AsSpan(position), value);
}
