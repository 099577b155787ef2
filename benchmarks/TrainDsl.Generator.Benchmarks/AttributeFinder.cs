using Microsoft.CodeAnalysis;

namespace TrainDsl.Generator.Benchmarks;

/// <summary>Has Roslyn find the definitions and does nothing with them: what is left is the binding of attributes.</summary>
internal sealed class AttributeFinder : IIncrementalGenerator
{
    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        foreach (string attribute in new[] { "TrainDsl.TrainingAttribute", "TrainDsl.ColumnAttribute`1" })
        {
            IncrementalValuesProvider<int> found = context.SyntaxProvider.ForAttributeWithMetadataName(
                attribute, static (_, _) => true, static (matched, _) => matched.Attributes.Length);
            context.RegisterSourceOutput(found, static (_, _) => { });
        }
    }
}
