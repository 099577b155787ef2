using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using TrainDsl.Checkpoints;
using TrainDsl.Native;
using TrainDsl.Parameters;
using static TorchSharp.torch;

namespace TrainDsl;

/// <summary>
/// Loads and saves the weights of a plain TorchSharp module as <c>model.safetensors</c>: parameters and persistent buffers under the names of PyTorch's
/// <c>state_dict</c>. Checkpoints hold such a file, and Python's safetensors reads it.
/// </summary>
public static class ModelWeights
{
    // As PyTorch's own safetensors files say that they are.
    private static readonly Dictionary<string, string> s_metadata = new() { ["format"] = "pt" };

    /// <summary>Loads weights into a model by name. Everything is compared before anything is changed.</summary>
    /// <param name="model">The model, on any device. Its own tensors take the values; they stay where they are and keep their element types.</param>
    /// <param name="path">A safetensors file, a checkpoint, or the folder of a run's checkpoints, of which the newest whole one is taken.</param>
    /// <param name="allowPartial">
    /// Whether what does not fit is left as it is in the model and only reported, as for a new head on trained layers; otherwise it is refused.
    /// </param>
    /// <returns>What was loaded, and with <paramref name="allowPartial"/> what was not.</returns>
    /// <remarks>
    /// Floating-point values are converted to the model's element type, others must have it. A tensor that the model has under several names is loaded by any of
    /// them; under all that the file has, it must be the same. Buffers that are not persistent are not expected in the file.
    /// </remarks>
    /// <exception cref="ModelWeightsException">Names, shapes or element types differ, or nothing of the file is in the model. The model is as before.</exception>
    /// <exception cref="SafetensorsException">The file is not a valid safetensors file. The model is as before.</exception>
    /// <exception cref="IOException">The file is not there or cannot be read. The model is as before.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read. The model is as before.</exception>
    /// <exception cref="ObjectDisposedException">The model has been disposed.</exception>
    public static WeightsReport Load(nn.Module model, string path, bool allowPartial = false)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrEmpty(path);
        List<StateTensor> state = PersistentState(model);
        using SafetensorsReader file = SafetensorsReader.Open(WeightsFile.Find(path));
        WeightsReport report = WeightsComparison.Of(state, file);
        bool fits = allowPartial ? report.Loaded.Count > 0 : report.IsComplete;
        if (!fits)
        {
            throw new ModelWeightsException(file.Path, model.GetType().Name, report);
        }

        Dictionary<string, StateTensor> byName = state.ToDictionary(static tensor => tensor.Name, StringComparer.Ordinal);
        foreach (string name in report.Loaded)
        {
            WeightsFile.Copy(file, file[name], byName[name].Value);
        }

        return report;
    }

    /// <summary>Saves the weights of a model, replacing a file of that name only when the new one is complete and flushed to disk.</summary>
    /// <param name="model">The model, on any device.</param>
    /// <param name="path">The file to make, such as <c>model.safetensors</c>.</param>
    /// <exception cref="NotSupportedException">A tensor has an element type that the format does not know.</exception>
    /// <exception cref="IOException">The file cannot be written; what was there before is still there.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written; what was there before is still there.</exception>
    /// <exception cref="ObjectDisposedException">The model has been disposed.</exception>
    public static void Save(nn.Module model, string path)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrEmpty(path);
        var tensors = new List<ModelTensor>();
        try
        {
            foreach (StateTensor tensor in PersistentState(model))
            {
                var view = new HostView(tensor.Value);
                tensors.Add(new ModelTensor(tensor.Name, TorchDtypes.Of(tensor.Value.dtype, tensor.Name), tensor.Value.shape, view, IsOptional: false));
                view.Refresh();
            }

            SafetensorsWriter.Write(path, [.. tensors.Select(static tensor => tensor.ToFile())], s_metadata);
        }
        finally
        {
            foreach (ModelTensor tensor in tensors)
            {
                tensor.View.Dispose();
            }
        }
    }

    private static List<StateTensor> PersistentState(nn.Module model)
    {
        NativeLibraries.EnsureLoaded();
        DisposedModel.Refuse(model);
        return [.. ModelState.Of(model).Where(static tensor => tensor.IsPersistent)];
    }
}
