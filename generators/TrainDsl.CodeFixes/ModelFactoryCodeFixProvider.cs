using System.Collections.Generic;
using System.Collections.Immutable;
using System.Composition;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using TrainDsl.Generator.Diagnostics;
using TrainDsl.Generator.Parsing;

namespace TrainDsl.CodeFixes;

/// <summary>Says how a model that has no usable constructor is made: by a factory to fill in, or by a class derived from it.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(ModelFactoryCodeFixProvider))]
[Shared]
public sealed class ModelFactoryCodeFixProvider : TextEditCodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds =>
    [
        DiagnosticDescriptors.AbstractModel.Id,
        DiagnosticDescriptors.NoModelConstructor.Id,
    ];

    private const int MostCandidates = 3;

    private protected override void Offer(FixSite site)
    {
        if (site.Symbol is not { } definition
            || new TrainingAttributes(definition, site.Cancellation).Model?.TypeArgument is not INamedTypeSymbol { TypeKind: TypeKind.Class } model)
        {
            return;
        }

        int at = DslNames.Inside(site.Type);
        if (model.IsAbstract && site.Node.FirstAncestorOrSelf<TypeArgumentListSyntax>()?.Arguments is { Count: 1 } arguments)
        {
            foreach (string name in ProjectTypes.Named(site, type => Derives(type, model) && ProjectTypes.IsUsableModel(type)).Take(MostCandidates))
            {
                site.Register($"Use [Model<{name}>]", new TextChange(arguments[0].Span, name));
            }
        }

        string mark = DslNames.MemberAttribute(site.Model, site.Type, "[ModelFactory]");
        var taken = new HashSet<string>(definition.MemberNames, System.StringComparer.Ordinal);
        site.Register("Add a model factory", SourceLines.AddMember(
            site.Text,
            site.Type,
            mark,
            $"private static {model.ToMinimalDisplayString(site.Model, at)} {Identifiers.Free("CreateModel", taken)}()",
            "    => throw new System.NotImplementedException();"));
    }

    private static bool Derives(INamedTypeSymbol type, INamedTypeSymbol model)
    {
        for (INamedTypeSymbol? current = type.BaseType; current is not null; current = current.BaseType)
        {
            if (SymbolEqualityComparer.Default.Equals(current, model))
            {
                return true;
            }
        }

        return false;
    }
}
