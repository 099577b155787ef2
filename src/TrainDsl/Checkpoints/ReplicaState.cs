using System;
using System.Collections.Generic;
using System.Linq;
using TrainDsl.Optimizers;
using TrainDsl.Parameters;
using static TorchSharp.torch;

namespace TrainDsl.Checkpoints;

/// <summary>
/// Where one replica keeps what a checkpoint holds: the parameters and buffers of its model by name, and the part of the optimizer's moments that it
/// updates, by its place in the flat buffers of the whole model.
/// </summary>
internal sealed unsafe class ReplicaState : IDisposable
{
    private const string TransientSuffix = ".non_persistent_buffer";

    private readonly IOptimizerState _optimizer;

    /// <exception cref="NotSupportedException">The optimizer or a tensor's element type cannot be kept in a checkpoint.</exception>
    public ReplicaState(nn.Module model, FlatParameters parameters, IOptimizer optimizer)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(optimizer);
        _optimizer = optimizer as IOptimizerState ?? throw new NotSupportedException(
            $"The state of {optimizer.GetType().Name} cannot be kept in a checkpoint. Use an optimizer of TrainDsl, or remove [Checkpoint].");
        Parameters = parameters;

        // As PyTorch's state_dict: frozen parameters and buffers too, and a tensor of several names under each of them. Buffers that it leaves out are kept for
        // the run alone.
        List<StateTensor> state = ModelState.Of(model);
        Model = [.. state.Where(static tensor => tensor.IsPersistent).Select(static tensor => Tensor(tensor, tensor.Name))];
        Transient = [.. state.Where(static tensor => tensor is { IsPersistent: false, IsAlias: false })
            .Select(static tensor => Tensor(tensor, tensor.Name + TransientSuffix))];
        Moments = [.. _optimizer.Moments.Where(static moment => moment.Group.Count > 0).Select(moment => new MomentPart(
            moment.Name, IndexOfBuffer(parameters, moment.Group), moment.Group.Offset, new HostView(moment.Values)))];
    }

    public FlatParameters Parameters { get; }

    public IReadOnlyList<ModelTensor> Model { get; }

    /// <summary>Buffers that are not part of what is loaded elsewhere, but of what the run goes on from; checkpoints of earlier versions lack them.</summary>
    public IReadOnlyList<ModelTensor> Transient { get; }

    public IReadOnlyList<MomentPart> Moments { get; }

    /// <summary>Updates that the optimizer has made.</summary>
    public long Updates => _optimizer.StepCount;

    /// <summary>Takes weights and moments from files that have been found to fit.</summary>
    public void Restore(SafetensorsReader model, SafetensorsReader optimizer, long updates)
    {
        Restore(Model, model);
        Restore(Transient, optimizer);

        foreach (MomentPart part in Moments)
        {
            // What lies between the parameters stays as it is: zero.
            part.View.Refresh();
            foreach (ParameterSlot slot in Parameters.Buffers[part.Buffer].Slots)
            {
                long start = Math.Max(slot.Offset, part.Offset);
                long count = Math.Min(slot.Offset + slot.Count, part.Offset + part.View.Count) - start;
                if (count > 0)
                {
                    long bytes = part.View.ElementBytes;
                    byte* source = optimizer.GetPointer(optimizer[MomentPart.NameOf(slot, part.Name)]);
                    Copy(source + ((start - slot.Offset) * bytes), part.View.Address + ((start - part.Offset) * bytes), count * bytes);
                }
            }

            part.View.WriteBack();
        }

        _optimizer.RestoreStepCount(updates);
    }

    public void Dispose()
    {
        foreach (HostView view in Model.Concat(Transient).Select(static tensor => tensor.View).Concat(Moments.Select(static part => part.View)))
        {
            view.Dispose();
        }
    }

    private static ModelTensor Tensor(StateTensor tensor, string name) => new(
        name, TorchDtypes.Of(tensor.Value.dtype, name), tensor.Value.shape, new HostView(tensor.Value), IsOptional: tensor.IsAlias || !tensor.IsPersistent);

    private static void Restore(IReadOnlyList<ModelTensor> tensors, SafetensorsReader file)
    {
        foreach (ModelTensor tensor in tensors)
        {
            if (file.TryGetEntry(tensor.Name, out SafetensorsEntry? entry))
            {
                Copy(file.GetPointer(entry), tensor.View.Address, tensor.View.ByteLength);
                tensor.View.WriteBack();
            }
        }
    }

    private static void Copy(byte* source, byte* destination, long byteLength)
    {
        if (byteLength > 0)
        {
            Buffer.MemoryCopy(source, destination, byteLength, byteLength);
        }
    }

    private static int IndexOfBuffer(FlatParameters parameters, ParameterGroup group)
    {
        for (int index = 0; index < parameters.Buffers.Count; index++)
        {
            if (ReferenceEquals(parameters.Buffers[index], group.Buffer))
            {
                return index;
            }
        }

        throw new ArgumentException("The optimizer updates parameters other than the ones given with it.", nameof(parameters));
    }
}
