using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainDsl.Generator.Analyzers.Reading;
using TrainDsl.Generator.Analyzers.Rules;
using TrainDsl.Generator.Diagnostics;
using TrainDsl.Generator.Parsing;

namespace TrainDsl.Generator.Analyzers;

/// <summary>Warns of columns that a dataset's <c>Read</c> never fills, and of random numbers that it takes from training.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ReadAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [DiagnosticDescriptors.ColumnNotRead, DiagnosticDescriptors.ConditionalDraw];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterOperationBlockAction(Analyze);
    }

    private static void Analyze(OperationBlockAnalysisContext context)
    {
        if (context.OwningSymbol is not IMethodSymbol { Name: "Read", Parameters: [_, { RefKind: RefKind.In, Type.Name: "Row" } row], ContainingType: { } dataset } read
            || !SymbolEqualityComparer.Default.Equals(row.Type.ContainingType, dataset))
        {
            return;
        }

        Dictionary<string, Column> columns = Column.Of(dataset, context.CancellationToken);
        IOperation[] operations = [.. context.OperationBlocks.SelectMany(static block => block.DescendantsAndSelf())];
        foreach (IInvocationOperation draw in operations.Select(ConditionalDraw.Of).OfType<IInvocationOperation>())
        {
            context.ReportDiagnostic(Diagnostic.Create(
                DiagnosticDescriptors.ConditionalDraw, draw.Syntax.GetLocation(), dataset.Name, draw.TargetMethod.Name));
        }

        var mentioned = new HashSet<string>(System.StringComparer.Ordinal);
        foreach (IOperation operation in operations)
        {
            if (operation is IParameterReferenceOperation reference && SymbolEqualityComparer.Default.Equals(reference.Parameter, row))
            {
                // A row that is passed on may be filled elsewhere.
                if (reference.Parent is not IMemberReferenceOperation member || member.Instance != reference)
                {
                    return;
                }

                mentioned.Add(member.Member.Name);
            }
        }

        // A body that only throws is yet to be written.
        if (mentioned.Count == 0 && operations.Any(static operation => operation is IThrowOperation))
        {
            return;
        }

        foreach (Column column in columns.Values
            .Where(column => !mentioned.Contains(column.Name) && !ColumnParser.ReservedNames.Contains(column.Name)
                && row.Type.GetMembers(column.Name).OfType<IPropertySymbol>().Any()))
        {
            context.ReportDiagnostic(Diagnostic.Create(
                DiagnosticDescriptors.ColumnNotRead, column.Location ?? read.Locations[0], dataset.Name, column.Name));
        }
    }
}
