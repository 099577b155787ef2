using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using TrainDsl.Generator.Diagnostics;
using TrainDsl.Generator.Parsing;

namespace TrainDsl.CodeFixes;

/// <summary>Adds a loss to fill in.</summary>
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

        int at = site.Type.SpanStart;
        string tensor = site.Model.Compilation.GetTypeByMetadataName("TorchSharp.torch+Tensor")?.ToMinimalDisplayString(site.Model, at) ?? "torch.Tensor";
        string mark = site.Model.LookupNamespacesAndTypes(at, name: "LossAttribute").IsEmpty ? "[TrainDsl.Loss]" : "[Loss]";
        site.Register("Add a loss", SourceLines.AddMember(
            site.Text,
            site.Type,
            mark,
            $"private static {tensor} Loss({model.ToMinimalDisplayString(site.Model, at)} model, "
                + $"in {dataset.ToMinimalDisplayString(site.Model, at)}.Batch batch)",
            "    => throw new System.NotImplementedException();"));
    }
}
