using System.Collections.Immutable;
using System.Composition;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using TrainDsl.Generator.Diagnostics;

namespace TrainDsl.CodeFixes;

/// <summary>Gives a column the element type of tensors that holds the values of the one that is written.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(ColumnElementTypeCodeFixProvider))]
[Shared]
public sealed class ColumnElementTypeCodeFixProvider : TextEditCodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds =>
    [
        DiagnosticDescriptors.ColumnElementType.Id,
    ];

    private protected override ImmutableArray<string> FixAllIds => FixableDiagnosticIds;

    private protected override void Offer(FixSite site)
    {
        TypeSyntax? written = site.Node.FirstAncestorOrSelf<AttributeSyntax>()?.DescendantNodes().OfType<TypeArgumentListSyntax>()
            .FirstOrDefault()?.Arguments.FirstOrDefault();
        if (written is not null && site.Model.GetTypeInfo(written, site.Cancellation).Type is { } type && Nearest(type) is { } supported)
        {
            site.Register($"Use '{supported}'", new TextChange(written.Span, supported));
        }
    }

    // The narrowest that holds every value; of 64-bit numbers without sign, and of decimals, those that data has.
    private static string? Nearest(ITypeSymbol type)
        => (type is INamedTypeSymbol { EnumUnderlyingType: { } underlying } ? underlying : type).SpecialType switch
        {
            SpecialType.System_Byte => "byte",
            SpecialType.System_SByte => "sbyte",
            SpecialType.System_Int16 => "short",
            SpecialType.System_UInt16 or SpecialType.System_Char or SpecialType.System_Int32 => "int",
            SpecialType.System_UInt32 or SpecialType.System_Int64 or SpecialType.System_UInt64 or SpecialType.System_IntPtr
                or SpecialType.System_UIntPtr => "long",
            SpecialType.System_Decimal => "double",
            _ => null,
        };
}
