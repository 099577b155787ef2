using System;

namespace TrainDsl.Data;

/// <summary>Checks datasets that are given where their type is known only at run time.</summary>
public static class DatasetArgument
{
    /// <summary>The validation dataset as the definition's dataset type; null for none.</summary>
    /// <typeparam name="TDataset">The definition's dataset type.</typeparam>
    /// <param name="validation">The dataset given, or null.</param>
    /// <exception cref="ArgumentException">The dataset is of another type.</exception>
    /// <exception cref="DatasetException">The dataset has no samples.</exception>
    public static TDataset? As<TDataset>(IDataset? validation)
        where TDataset : class, IDataset =>
        validation switch
        {
            null => null,
            TDataset when validation.Count <= 0 => throw new DatasetException(
                $"TrainingOptions.Validation has {validation.Count} samples: there is nothing to validate on. Check where it reads from, or leave the option out."),
            TDataset dataset => dataset,
            _ => throw new ArgumentException(
                $"TrainingOptions.Validation is a {validation.GetType().Name}; this definition trains on {typeof(TDataset).Name}, "
                + $"and is validated on another {typeof(TDataset).Name}."),
        };
}
