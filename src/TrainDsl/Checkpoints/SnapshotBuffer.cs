using System;
using System.Runtime.InteropServices;

namespace TrainDsl.Checkpoints;

/// <summary>Copies the bytes of one tensor, which may lie on a device, into host memory, and returns when they are there.</summary>
internal unsafe delegate void SnapshotCopy(void* source, void* destination, long byteLength);

/// <summary>Spare unmanaged memory that is allocated for the first snapshot and reused for all that are no larger.</summary>
internal sealed unsafe class SnapshotBuffer : IDisposable
{
    private const int PageBytes = 4096;

    private byte* _start;
    private long _capacity;

    ~SnapshotBuffer() => Free();

    /// <summary>Makes room.</summary>
    /// <returns>Whether the buffer has moved for it.</returns>
    /// <exception cref="OutOfMemoryException">There is not that much memory; the buffer is then empty.</exception>
    public bool Reserve(long byteLength)
    {
        if (byteLength <= _capacity)
        {
            return false;
        }

        // The old contents are never needed: freeing first keeps the peak at one copy.
        Free();
        _start = (byte*)NativeMemory.AlignedAlloc(checked((nuint)byteLength), PageBytes);
        _capacity = byteLength;
        return true;
    }

    /// <summary>Copies all tensors of a snapshot, for which <see cref="Reserve"/> has made room.</summary>
    public void CopyFrom(CheckpointSnapshot snapshot, SnapshotCopy copy)
    {
        ReadOnlySpan<long> offsets = snapshot.Offsets;
        for (int i = 0; i < offsets.Length; i++)
        {
            SafetensorsTensor tensor = snapshot.Tensors[i];
            if (tensor.ByteLength > 0)
            {
                copy(tensor.Data, _start + offsets[i], tensor.ByteLength);
            }
        }
    }

    /// <summary>The tensors of a snapshot as they lie in this buffer.</summary>
    public SafetensorsTensor[] TensorsOf(CheckpointSnapshot snapshot)
    {
        SafetensorsTensor[] copies = new SafetensorsTensor[snapshot.Tensors.Length];
        for (int i = 0; i < copies.Length; i++)
        {
            SafetensorsTensor tensor = snapshot.Tensors[i];
            void* data = tensor.ByteLength > 0 ? _start + snapshot.Offsets[i] : null;
            copies[i] = new SafetensorsTensor(tensor.Name, tensor.Dtype, tensor.Shape, data, tensor.ByteLength);
        }

        return copies;
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.AlignedFree(_start);
        _start = null;
        _capacity = 0;
    }
}
