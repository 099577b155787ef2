using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Xml.Linq;

namespace TrainDsl.Package.Tests;

/// <summary>A package as a file: its entries, and what it says of itself.</summary>
internal sealed class PackageFile
{
    private readonly Dictionary<string, byte[]> _entries;

    public PackageFile(string path)
    {
        using ZipArchive archive = ZipFile.OpenRead(path);
        _entries = archive.Entries.ToDictionary(static entry => entry.FullName, Content, StringComparer.Ordinal);
        byte[] specification = _entries.Single(static entry => entry.Key.EndsWith(".nuspec", StringComparison.Ordinal)).Value;
        XElement root = XDocument.Load(new MemoryStream(specification)).Root!;
        XNamespace names = root.Name.Namespace;
        Metadata = root.Element(names + "metadata")!;
    }

    /// <summary>The paths of all files but those that the format itself asks for.</summary>
    public IEnumerable<string> Files => _entries.Keys
        .Where(static path => !path.EndsWith(".nuspec", StringComparison.Ordinal) && !path.EndsWith(".psmdcp", StringComparison.Ordinal)
            && path is not ("_rels/.rels" or "[Content_Types].xml"))
        .Order(StringComparer.Ordinal);

    public XElement Metadata { get; }

    public byte[] Read(string path) => _entries[path];

    public string? Value(string element) => Metadata.Element(Metadata.Name.Namespace + element)?.Value;

    private static byte[] Content(ZipArchiveEntry entry)
    {
        using Stream stream = entry.Open();
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }
}
