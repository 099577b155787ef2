using Microsoft.CodeAnalysis;
using TrainDsl.Generator.Diagnostics;

namespace TrainDsl.Generator.Parsing;

/// <summary>Reads when the run of a training definition ends, and checks it.</summary>
internal static class RunParser
{
    public static (int? Epochs, long? MaxSteps) Parse(TrainingAttributes attributes, INamedTypeSymbol definition, DiagnosticBag diagnostics)
    {
        if (attributes.Epochs is null && attributes.MaxSteps is null)
        {
            diagnostics.Report(DiagnosticDescriptors.NoEnd, DefinitionShape.Place(definition), definition.Name);
        }

        int? epochs = attributes.Epochs?.Positional<int>(0);
        if (epochs < 1)
        {
            diagnostics.Report(DiagnosticDescriptors.EpochsNotPositive, attributes.Epochs!.PositionalLocation(0, "count"), epochs.Value);
        }

        long? maxSteps = attributes.MaxSteps?.Positional<long>(0);
        if (maxSteps < 1)
        {
            diagnostics.Report(DiagnosticDescriptors.MaxStepsNotPositive, attributes.MaxSteps!.PositionalLocation(0, "count"), maxSteps.Value);
        }

        return (epochs, maxSteps);
    }
}
