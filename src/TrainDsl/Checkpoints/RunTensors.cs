using System;
using System.Collections.Generic;
using System.Linq;
using TrainDsl.Parameters;
using static TorchSharp.torch;

namespace TrainDsl.Checkpoints;

/// <summary>
/// The tensors of a run's checkpoints, for all replicas of this process: <c>model.safetensors</c> with the names that PyTorch's state_dict gives, and
/// <c>optimizer.safetensors</c> with <c>&lt;parameter&gt;.exp_avg</c> and so on, both in coordinates of the whole model: how they are spread over
/// replicas leaves no trace.
/// </summary>
internal sealed unsafe class RunTensors : IDisposable
{
    public const string ModelFile = "model.safetensors";
    public const string OptimizerFile = "optimizer.safetensors";

    /// <summary>The files of every checkpoint of a run.</summary>
    public static readonly string[] Files = [ModelFile, OptimizerFile, CheckpointSnapshot.StateFile];

    // As PyTorch's own safetensors files say that they are.
    private static readonly Dictionary<string, string> Metadata = new() { ["format"] = "pt" };

    private readonly ReplicaState[] _replicas;
    private readonly string[] _momentNames;
    private CheckpointSnapshot? _snapshot;

    /// <param name="replicas">The replicas of this process; weights and buffers are taken from the first.</param>
    /// <param name="sharded">Whether each replica of the run updates a part of the model: where there are several, in this process or others.</param>
    public RunTensors(IReadOnlyList<ReplicaState> replicas, bool sharded)
    {
        _replicas = [.. replicas];
        _momentNames = [.. replicas.SelectMany(static replica => replica.Moments).Select(static part => part.Name).Distinct()];
        Gathered = sharded ? new GatheredMoments(replicas) : null;
    }

    /// <summary>Where several replicas put their moments before a snapshot; null where one has all of them.</summary>
    public GatheredMoments? Gathered { get; }

    /// <summary>Updates that the optimizer has made.</summary>
    public long Updates => _replicas[0].Updates;

    /// <summary>Bytes of host memory that checkpoints of a run take for as long as it lasts.</summary>
    /// <param name="weights">Bytes of the model's weights.</param>
    /// <param name="moments">Bytes of the whole optimizer state.</param>
    /// <param name="sharded">Whether each replica of the run updates a part of the model.</param>
    /// <param name="device">Where weights and moments are.</param>
    public static long HostBytes(long weights, long moments, bool sharded, Device device)
    {
        // The spare copy that is written from; what comes from a device goes through the host; the parts of several replicas are put side by side.
        long onTheWay = device.type == TorchSharp.DeviceType.CPU ? 0 : weights + moments;
        return weights + moments + onTheWay + (sharded ? moments : 0);
    }

    /// <summary>The current state, which must not change until it has been copied. Several replicas have gathered their moments before.</summary>
    public CheckpointSnapshot Snapshot()
    {
        foreach (ModelTensor tensor in _replicas[0].Model.Concat(_replicas[0].Transient))
        {
            tensor.View.Refresh();
        }

        if (Gathered is null)
        {
            foreach (MomentPart part in _replicas[0].Moments)
            {
                part.View.Refresh();
            }
        }

        List<SafetensorsTensor> model = [.. _replicas[0].Model.Select(static tensor => tensor.ToFile())];
        List<SafetensorsTensor> optimizer = [.. MomentTensors(), .. _replicas[0].Transient.Select(static tensor => tensor.ToFile())];

        // The headers are made once, unless a tensor has moved: a module may replace the memory of a buffer.
        if (_snapshot is null || !_snapshot.Tensors.Select(static tensor => (nint)tensor.Data)
                .SequenceEqual(model.Concat(optimizer).Select(static tensor => (nint)tensor.Data)))
        {
            _snapshot = new CheckpointSnapshot(
                new CheckpointSnapshotFile(ModelFile, model, Metadata), new CheckpointSnapshotFile(OptimizerFile, optimizer, Metadata));
        }

        return _snapshot;
    }

    /// <summary>In what the tensors of a checkpoint differ from those of this run.</summary>
    public List<ResumeDifference> Differences(SafetensorsReader model, SafetensorsReader optimizer)
    {
        List<ResumeDifference> differences = [];
        Compare(differences, "tensor", model, _replicas[0].Model.Select(static tensor => tensor.Expected));
        Compare(
            differences,
            "optimizer state",
            optimizer,
            (from buffer in _replicas[0].Parameters.Buffers
            from slot in buffer.Slots
            from moment in _momentNames
            let name = MomentPart.NameOf(slot, moment)
            select new ExpectedTensor(name, TorchDtypes.Of(buffer.StateType, name), slot.Shape, IsOptional: false))
                .Concat(_replicas[0].Transient.Select(static tensor => tensor.Expected)));
        return differences;
    }

    public void Dispose()
    {
        Gathered?.Dispose();
        foreach (ReplicaState replica in _replicas)
        {
            replica.Dispose();
        }
    }

    private static void Compare(
        List<ResumeDifference> differences, string what, SafetensorsReader found, IEnumerable<ExpectedTensor> expected)
    {
        HashSet<string> names = [];
        foreach ((string name, SafetensorsDtype dtype, long[] shape, bool isOptional) in expected)
        {
            names.Add(name);
            string inRun = Describe(dtype, shape);
            bool isThere = found.TryGetEntry(name, out SafetensorsEntry? entry);
            string inCheckpoint = isThere ? Describe(entry!.Dtype, entry.Shape) : "none";
            if ((isThere || !isOptional) && inCheckpoint != inRun)
            {
                differences.Add(new ResumeDifference($"{what} '{name}'", inCheckpoint, inRun));
            }
        }

        differences.AddRange(found.Entries.Where(entry => !names.Contains(entry.Name))
            .Select(entry => new ResumeDifference($"{what} '{entry.Name}'", Describe(entry.Dtype, entry.Shape), "none")));
    }

    private static string Describe(SafetensorsDtype dtype, ReadOnlySpan<long> shape) =>
        $"{SafetensorsDtypes.Name(dtype)} [{string.Join(", ", shape.ToArray())}]";

    private List<SafetensorsTensor> MomentTensors()
    {
        List<SafetensorsTensor> tensors = [];
        IReadOnlyList<ParameterBuffer> buffers = _replicas[0].Parameters.Buffers;
        for (int index = 0; index < buffers.Count; index++)
        {
            foreach (ParameterSlot slot in buffers[index].Slots)
            {
                foreach (string moment in _momentNames)
                {
                    string name = MomentPart.NameOf(slot, moment);
                    SafetensorsDtype dtype = TorchDtypes.Of(buffers[index].StateType, name);
                    long bytes = SafetensorsDtypes.Bits(dtype) / 8;
                    byte* address = slot.Count == 0 ? null : AddressOf(index, slot, moment, bytes);
                    tensors.Add(new SafetensorsTensor(name, dtype, slot.Shape, address, slot.Count * bytes));
                }
            }
        }

        return tensors;
    }

    private byte* AddressOf(int buffer, ParameterSlot slot, string moment, long elementBytes)
    {
        if (Gathered is not null)
        {
            return Gathered.AddressOf(buffer, moment) + (slot.Offset * elementBytes);
        }

        MomentPart part = _replicas[0].Moments.First(part =>
            part.Buffer == buffer && part.Name == moment && part.Offset <= slot.Offset && slot.Offset < part.Offset + part.View.Count);
        return part.View.Address + ((slot.Offset - part.Offset) * elementBytes);
    }
}
