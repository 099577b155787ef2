using System.Collections.Generic;
using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TrainDsl.Generator.Diagnostics;
using TrainDsl.Generator.Parsing;

namespace TrainDsl.CodeFixes;

/// <summary>Marks the method that was meant as the loss, or adds one to fill in.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(AddLossCodeFixProvider))]
[Shared]
public sealed class AddLossCodeFixProvider : TextEditCodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds =>
    [
        DiagnosticDescriptors.NoLoss.Id,
    ];

    private protected override ImmutableArray<string> FixAllIds => FixableDiagnosticIds;

    private protected override void Offer(FixSite site)
    {
        if (site.Node.FirstAncestorOrSelf<MethodDeclarationSyntax>() is { } method)
        {
            site.RegisterAs(
                "Mark it with [Loss]",
                $"Mark '{method.Identifier.Text}' with [Loss]",
                SourceLines.AddAttribute(site.Text, method, DslNames.MemberAttribute(site.Model, site.Type, "[Loss]")));
            return;
        }

        if (site.Symbol is not { } definition)
        {
            return;
        }

        var attributes = new TrainingAttributes(definition, site.Cancellation);
        if (attributes.Model?.TypeArgument is not { TypeKind: not TypeKind.Error } model
            || attributes.Dataset?.TypeArgument is not { TypeKind: not TypeKind.Error } dataset)
        {
            return;
        }

        int at = DslNames.Inside(site.Type);
        string tensor = site.Model.Compilation.GetTypeByMetadataName("TorchSharp.torch+Tensor")?.ToMinimalDisplayString(site.Model, at) ?? "torch.Tensor";
        string mark = DslNames.MemberAttribute(site.Model, site.Type, "[Loss]");
        site.Register("Add a loss", SourceLines.AddMember(
            site.Text,
            site.Type,
            mark,
            $"private static {tensor} {Identifiers.Free("Loss", new HashSet<string>(definition.MemberNames, System.StringComparer.Ordinal))}({model.ToMinimalDisplayString(site.Model, at)} model, "
                + $"in {dataset.ToMinimalDisplayString(site.Model, at)}.Batch batch)",
            "    => throw new System.NotImplementedException();"));
    }
}
