using System;
using System.Collections.Generic;
using System.IO;
using System.Runtime.InteropServices;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainDsl.Benchmarks.Paired;

/// <summary>The same training in PyTorch's eager mode, as <c>benchmarks/pytorch/steps.py</c> writes it.</summary>
internal static class PyTorchLoop
{
    /// <summary>Starts it with the model's initial weights and batches.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">The Python and the threads.</param>
    /// <param name="steps">The steps of a block.</param>
    /// <param name="folder">Where weights and batches are written; the caller removes it.</param>
    /// <exception cref="IOException">There is no such Python, or it has no PyTorch.</exception>
    public static ChildLoop Start(PairedModel model, PairedOptions options, int steps, string folder)
    {
        using (nn.Module<Tensor, Tensor> network = model.NewModel())
        using (FileStream weights = File.Create(Path.Combine(folder, "weights")))
        {
            foreach (Parameter parameter in network.parameters())
            {
                weights.Write(MemoryMarshal.AsBytes<float>(parameter.data<float>().ToArray()));
            }
        }

        using (FileStream inputs = File.Create(Path.Combine(folder, "inputs")))
        using (FileStream labels = File.Create(Path.Combine(folder, "labels")))
        {
            foreach ((Tensor input, Tensor label) in model.Batches)
            {
                inputs.Write(MemoryMarshal.AsBytes<float>(input.data<float>().ToArray()));
                labels.Write(MemoryMarshal.AsBytes<long>(label.data<long>().ToArray()));
            }
        }

        string script = Path.Combine(AppContext.BaseDirectory, "steps.py");
        return ChildLoop.Start(options.Python, new List<string> { script, model.Name, $"{BlockClock.LeadIn}", $"{steps}", $"{get_num_threads()}", folder });
    }
}
