using System;

namespace TrainDsl;

/// <summary>The weights of a file do not fit a model. Nothing of the model has been changed.</summary>
public sealed class ModelWeightsException : Exception
{
    internal ModelWeightsException(string path, string model, WeightsReport report)
        : base(Words(path, model, report))
    {
        Path = path;
        Report = report;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>What fits and what does not; <see cref="WeightsReport.Loaded"/> would have been loaded.</summary>
    public WeightsReport Report { get; }

    private static string Words(string path, string model, WeightsReport report)
    {
        string remedy = report.Loaded.Count == 0 ? "Check that it is the file of this model."
            : "Make the model as it was made for the file, or load what fits with allowPartial: true.";
        return $"The weights of '{path}' are not those of the model {model}, which has not been changed: {report}. {remedy}";
    }
}
