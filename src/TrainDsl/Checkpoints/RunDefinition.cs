using TrainDsl.Batching;

namespace TrainDsl.Checkpoints;

/// <summary>What a run's result depends on besides the model and the samples: kept in its checkpoints, and compared when one is resumed.</summary>
/// <param name="Name">The training definition's type, with namespace and containing types; in checkpoints of format version 1 its simple name.</param>
/// <param name="Model">The model's type; null if unknown, as in checkpoints of format version 1.</param>
/// <param name="Dataset">The dataset's type; null if unknown, as in checkpoints of format version 1.</param>
/// <param name="Plan">The plan of its batches. Resuming asks for the same global batch; what makes it up may differ.</param>
/// <param name="Samples">Samples of the dataset.</param>
/// <param name="Shuffle">Whether each epoch has an order of its own.</param>
/// <param name="DropLast">Whether the last, partial global batch of an epoch is left out.</param>
/// <param name="Seed">The seed of the run.</param>
/// <param name="TotalSteps">Optimizer steps of the whole run. Resuming may lengthen or shorten it.</param>
/// <param name="StepsPerEpoch">Optimizer steps in one epoch.</param>
/// <param name="Optimizer">The optimizer.</param>
/// <param name="Schedule">The schedule.</param>
/// <param name="ClipNorm">The bound of the gradient's norm; null for none.</param>
public sealed record RunDefinition(
    string Name,
    string? Model,
    string? Dataset,
    BatchPlan Plan,
    long Samples,
    bool Shuffle,
    bool DropLast,
    long Seed,
    long TotalSteps,
    long StepsPerEpoch,
    DefinitionPart Optimizer,
    DefinitionPart Schedule,
    double? ClipNorm)
{
    /// <summary>The definition's name without namespace and containing types.</summary>
    internal string SimpleName => Name[(Name.LastIndexOfAny(['.', '+']) + 1)..];

    /// <summary>The name of the folder for the checkpoints of runs of this definition: no two definitions share it.</summary>
    internal string FolderName => Name.Replace('+', '.');
}
