using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using TrainDsl.Generator.Diagnostics;

namespace TrainDsl.CodeFixes;

/// <summary>Removes a size of a column's shape that is not positive, as a batch dimension is, or writes one that is.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(ColumnShapeCodeFixProvider))]
[Shared]
public sealed class ColumnShapeCodeFixProvider : TextEditCodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds =>
    [
        DiagnosticDescriptors.ColumnSizeNotPositive.Id,
    ];

    private const int SizesAfterName = 1;

    private protected override void Offer(FixSite site)
    {
        // Sizes that are written as an array are not told apart.
        if (site.Argument is not { NameEquals: null, Parent: AttributeArgumentListSyntax list } argument || argument.Expression != site.Node
            || site.Model.GetConstantValue(argument.Expression, site.Cancellation).Value is not (int or long))
        {
            return;
        }

        // Without any size the column would be a scalar, which rows hold in another way.
        if (list.Arguments.Count > SizesAfterName + 1)
        {
            site.Register($"Remove size {argument}", SourceLines.RemoveArguments((AttributeArgumentListSyntax)argument.Parent!, [argument]));
        }

        string number = Numbers.Positive(site, argument.Expression);
        site.Register($"Use size {number}", new TextChange(argument.Expression.Span, number));
    }
}
