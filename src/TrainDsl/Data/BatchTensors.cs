using System;
using System.Runtime.CompilerServices;
using TorchSharp;
using TrainDsl.Native;
using static TorchSharp.torch;

namespace TrainDsl.Data;

/// <summary>
/// The tensors of a micro-batch, one for each column, each of shape [samples, ...shape of the column]. They are staging memory: valid until the next
/// micro-batch is asked for, and an error to use after that.
/// </summary>
/// <remarks>
/// The memory comes round again, the tensors over it do not: each time it is handed out, libtorch's tensors are made anew, so that what user code did to the
/// earlier ones (<c>requires_grad</c>, <c>grad</c>, another shape or storage, disposal) is gone with them. The managed objects stay, so that this
/// allocates no managed memory.
/// </remarks>
public sealed unsafe class BatchTensors
{
    private readonly Tensor[] _memory;
    private readonly long[][] _sizes;
    private readonly long[][] _strides;
    private readonly Tensor?[] _tensors;
    private readonly long[] _sampleIndices;

    /// <param name="layout">The columns.</param>
    /// <param name="memory">The tensor of each column over the staging memory, of shape [samples, ...]; this object disposes them.</param>
    /// <param name="sampleIndices">Where the samples' indices are written.</param>
    /// <param name="count">The number of samples.</param>
    internal BatchTensors(ColumnLayout layout, Tensor[] memory, long[] sampleIndices, int count)
    {
        Layout = layout;
        _memory = memory;
        _sizes = Array.ConvertAll(memory, static tensor => tensor.shape);
        _strides = Array.ConvertAll(memory, static tensor => tensor.stride());
        _tensors = new Tensor?[memory.Length];
        _sampleIndices = sampleIndices;
        Count = count;
    }

    /// <summary>The number of samples, at least 1.</summary>
    public int Count { get; }

    /// <summary>The samples' indices in the dataset.</summary>
    public ReadOnlySpan<long> SampleIndices => _sampleIndices.AsSpan(0, Count);

    /// <summary>The columns.</summary>
    internal ColumnLayout Layout { get; }

    /// <summary>The tensor of a column.</summary>
    /// <param name="column">The column's position in the layout.</param>
    public Tensor this[int column] => _tensors[column]!;

    /// <summary>Makes the tensors anew over what the memory now holds. Allocates no managed memory after the first call.</summary>
    internal void Renew()
    {
        for (int column = 0; column < _tensors.Length; column++)
        {
            nint handle;
            fixed (long* sizes = _sizes[column], strides = _strides[column])
            {
                // Unlike a view that an operator makes, it has nothing in common with the tensor below but the memory.
                handle = TensorMemory.Reinterpret(_memory[column].Handle, _sizes[column].Length, sizes, strides);
            }

            if (_tensors[column] is { } tensor)
            {
                HandleOf(tensor) = handle;
            }
            else
            {
                _tensors[column] = Tensor.UnsafeCreateTensor(handle).DetachFromDisposeScope();
            }
        }
    }

    /// <summary>Ends what <see cref="Renew"/> made: using one of the tensors is an error from here on.</summary>
    internal void Release()
    {
        for (int column = 0; column < _tensors.Length; column++)
        {
            if (_tensors[column] is not { } tensor)
            {
                continue;
            }

            ref nint handle = ref HandleOf(tensor);
            if (handle == 0)
            {
                // Disposed by the user: TorchSharp has counted it out.
                _tensors[column] = null;
                continue;
            }

            TensorMemory.Delete(handle);
            handle = 0;
        }
    }

    /// <summary>Releases all tensors.</summary>
    internal void Dispose()
    {
        for (int column = 0; column < _tensors.Length; column++)
        {
            _tensors[column]?.Dispose();
            _memory[column].Dispose();
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "handle")]
    private static extern ref nint HandleOf(Tensor tensor);
}
