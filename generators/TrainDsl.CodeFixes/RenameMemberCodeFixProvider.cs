using System.Collections.Generic;
using System.Collections.Immutable;
using System.Composition;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Rename;
using TrainDsl.Generator.Diagnostics;
using TrainDsl.Generator.Emission;

namespace TrainDsl.CodeFixes;

/// <summary>Renames a member, wherever it is used, that has the name of a generated one.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(RenameMemberCodeFixProvider))]
[Shared]
public sealed class RenameMemberCodeFixProvider : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds =>
    [
        DiagnosticDescriptors.ReservedMember.Id,
    ];

    // Each name is worth a look.
    /// <inheritdoc/>
    public override FixAllProvider? GetFixAllProvider() => null;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        SyntaxNode? root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        SemanticModel? model = await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false);
        if (root is null || model is null || !root.FullSpan.Contains(context.Span)
            || model.GetDeclaredSymbol(root.FindNode(context.Span), context.CancellationToken) is not { ContainingType: { } type } member
            || !CanBeRenamed(member))
        {
            return;
        }

        string name = Identifiers.Free(Own(member.Name), new HashSet<string>(type.MemberNames.Concat(EmittedNames.Training), System.StringComparer.Ordinal));
        Solution solution = context.Document.Project.Solution;
        string title = $"Rename it to '{name}'";
        context.RegisterCodeFix(
            CodeAction.Create(
                title,
                cancellation => Renamer.RenameSymbolAsync(solution, member, default(SymbolRenameOptions), name, cancellation),
                equivalenceKey: title),
            context.Diagnostics);
    }

    // Whoever writes Row or Batch means the generated one, and a member of a contract keeps its name.
    private static bool CanBeRenamed(ISymbol member)
        => member is not INamedTypeSymbol { Name: EmittedNames.Row or EmittedNames.Batch }
            && !member.IsOverride && member.ContainingType.AllInterfaces
                .SelectMany(static contract => contract.GetMembers())
                .All(promised => !SymbolEqualityComparer.Default.Equals(member.ContainingType.FindImplementationForInterfaceMember(promised), member));

    private static string Own(string name) => name.StartsWith("_", System.StringComparison.Ordinal)
        ? "_own" + char.ToUpperInvariant(name[1]) + name.Substring(2)
        : "Own" + name;
}
