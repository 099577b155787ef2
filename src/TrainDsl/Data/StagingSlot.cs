using System;
using TorchSharp;
using TrainDsl.Native;
using static TorchSharp.torch;

namespace TrainDsl.Data;

/// <summary>The memory of one micro-batch: written by the loader, read by the model.</summary>
internal sealed unsafe class StagingSlot : IDisposable
{
    private readonly ColumnLayout _layout;
    private readonly int _microBatch;
    private readonly Tensor[] _staging;
    private readonly Tensor[] _onDevice;
    private readonly nint[] _columnStarts;
    private readonly long[] _sampleIndices;
    private readonly BatchTensors _whole;
    private readonly BatchTensors? _partial;

    /// <param name="layout">The columns.</param>
    /// <param name="microBatch">Samples of a micro-batch.</param>
    /// <param name="partialMicroBatch">Samples of the micro-batch that the end of an epoch cuts short, or 0 for none.</param>
    /// <param name="device">The device of the model.</param>
    internal StagingSlot(ColumnLayout layout, int microBatch, int partialMicroBatch, Device device)
    {
        _layout = layout;
        _microBatch = microBatch;
        _sampleIndices = new long[microBatch];
        _staging = new Tensor[layout.Columns.Count];
        _onDevice = device.type == DeviceType.CPU ? _staging : new Tensor[_staging.Length];
        try
        {
            for (int column = 0; column < _staging.Length; column++)
            {
                _staging[column] = Allocate(layout.Columns[column], device);
                if (!ReferenceEquals(_onDevice, _staging))
                {
                    _onDevice[column] = empty_like(_staging[column], device: device).DetachFromDisposeScope();
                }
            }
        }
        catch
        {
            DisposeTensors();
            throw;
        }

        _columnStarts = Array.ConvertAll(_staging, static tensor => (nint)TensorMemory.Address(tensor.Handle));
        _whole = View(microBatch);
        _partial = partialMicroBatch == 0 ? null : View(partialMicroBatch);
        Batch = _whole;
    }

    /// <summary>The batch last written.</summary>
    internal BatchTensors Batch { get; private set; }

    /// <summary>The samples' indices in the dataset.</summary>
    internal Span<long> SampleIndices => _sampleIndices;

    /// <summary>A row to write, on the thread that reads.</summary>
    internal RowMemory Row(int row, SampleRandom random, long epoch) => new(_layout.Span, _columnStarts, row, random, epoch);

    /// <summary>The first rows have been written.</summary>
    internal void Filled(int samples) => Batch = samples == _whole.Count ? _whole : _partial!;

    /// <summary>Hands out the batch last written, brought to the device, on the thread that computes with it.</summary>
    internal BatchTensors HandOut()
    {
        for (int column = 0; column < _staging.Length && !ReferenceEquals(_onDevice, _staging); column++)
        {
            // Blocking: pinned memory may be written again only after the copy has been made.
            TensorMemory.Copy(_onDevice[column].Handle, _staging[column].Handle);
        }

        Batch.Renew();
        return Batch;
    }

    /// <summary>Takes the batch back from the thread that computes with it.</summary>
    internal void Release()
    {
        Batch.Release();
        if (!ReferenceEquals(_onDevice, _staging))
        {
            return;
        }

        for (int column = 0; column < _staging.Length; column++)
        {
            // An operator that was given the tensor for its result may have enlarged it, which moves the memory that it shares.
            _columnStarts[column] = (nint)TensorMemory.Address(_staging[column].Handle);
        }
    }

    public void Dispose()
    {
        _whole.Dispose();
        _partial?.Dispose();

        DisposeTensors();
    }

    private void DisposeTensors()
    {
        // Null where memory ran out before it was made.
        foreach (Tensor? tensor in (Tensor?[])[.. _staging, .. _onDevice])
        {
            tensor?.Dispose();
        }
    }

    private Tensor Allocate(Column column, Device device)
    {
        Tensor tensor = zeros([_microBatch, .. column.Shape], column.ElementType);
        if (device.type != DeviceType.CUDA)
        {
            return tensor.DetachFromDisposeScope();
        }

        using (tensor)
        {
            return tensor.pin_memory().DetachFromDisposeScope();
        }
    }

    private BatchTensors View(int samples) =>
        new(_layout, Array.ConvertAll(_onDevice, tensor => tensor.narrow(0, 0, samples).DetachFromDisposeScope()), _sampleIndices, samples);
}
