using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace TrainDsl.Generator.Diagnostics;

/// <summary>A place in a source file that keeps no syntax alive.</summary>
internal sealed record LocationInfo(string FilePath, TextSpan Span, LinePositionSpan LineSpan)
{
    public static LocationInfo? From(Location? location)
        => location?.SourceTree is { } tree ? new(tree.FilePath, location.SourceSpan, location.GetLineSpan().Span) : null;

    /// <summary>
    /// The place in a compilation: in its own tree where the file is found, so that <c>#pragma warning</c> and code fixes apply there.
    /// </summary>
    public Location In(Compilation compilation)
    {
        SyntaxTree? tree = compilation.SyntaxTrees.FirstOrDefault(candidate => candidate.FilePath == FilePath && Span.End <= candidate.Length);
        return tree is null ? Location.Create(FilePath, Span, LineSpan) : Location.Create(tree, Span);
    }
}
