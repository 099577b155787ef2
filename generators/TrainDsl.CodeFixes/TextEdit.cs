using System.Collections.Immutable;
using Microsoft.CodeAnalysis.Text;

namespace TrainDsl.CodeFixes;

/// <summary>A remedy that is a few edits of one file.</summary>
/// <param name="Title">What it does, as the editor lists it.</param>
/// <param name="EquivalenceKey">What remedies of other places have in common with it: "fix all" carries out those of one key.</param>
/// <param name="Changes">The edits in the order of the text.</param>
internal sealed record TextEdit(string Title, string EquivalenceKey, ImmutableArray<TextChange> Changes);
