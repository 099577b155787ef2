using System;
using System.Runtime.InteropServices;
using static TrainDsl.Native.StableAbi;

namespace TrainDsl.Native;

/// <summary>
/// Calls an ATen operator through libtorch's dispatcher without managed allocation. Arguments are pushed in the order of the operator's schema;
/// each occupies one 64-bit slot, as the stable ABI lays them out (torch/csrc/stable/stableivalue_conversions.h).
/// </summary>
internal unsafe ref struct Operator
{
    private const int MaxArguments = 20;

    private static readonly ulong AbiVersion = aoti_torch_abi_version();

    private readonly ReadOnlySpan<byte> _name;
    private readonly ReadOnlySpan<byte> _overload;
    private fixed ulong _stack[MaxArguments];
    private int _count;

    /// <param name="name">The zero-terminated name, for example <c>"aten::_fused_adamw_\0"u8</c>.</param>
    /// <param name="overload">The zero-terminated overload name, for example <c>"\0"u8</c>.</param>
    internal Operator(ReadOnlySpan<byte> name, ReadOnlySpan<byte> overload)
    {
        _name = name;
        _overload = overload;
    }

    internal void Push(double value) => Slot() = BitConverter.DoubleToUInt64Bits(value);

    internal void Push(bool value) => Slot() = value ? 1UL : 0UL;

    internal void PushTensor(nint tensor) => Slot() = Share(tensor);

    /// <summary>Pushes a tensor where the schema has an optional one; zero stands for none.</summary>
    internal void PushOptionalTensor(nint tensor)
    {
        if (tensor == 0)
        {
            Slot() = 0;
            return;
        }

        // The callee frees this slot with C++'s delete, which is free() on the platforms that libtorch ships for.
        ulong* boxed = (ulong*)NativeMemory.Alloc(sizeof(ulong));
        *boxed = Share(tensor);
        Slot() = (ulong)boxed;
    }

    /// <summary>Pushes a list of one tensor, or an empty list for zero.</summary>
    internal void PushTensorList(nint tensor)
    {
        nint list;
        Check(torch_new_list_reserve_size(1, &list), "torch_new_list_reserve_size"u8);
        if (tensor != 0)
        {
            Check(torch_list_push_back(list, Share(tensor)), "torch_list_push_back"u8);
        }

        Slot() = (ulong)list;
    }

    /// <summary>Pushes a list of one integer.</summary>
    internal void PushIntegerList(long value)
    {
        nint list;
        Check(torch_new_list_reserve_size(1, &list), "torch_new_list_reserve_size"u8);
        Check(torch_list_push_back(list, (ulong)value), "torch_list_push_back"u8);
        Slot() = (ulong)list;
    }

    /// <summary>Runs the operator; it owns the pushed arguments from here on.</summary>
    internal void Call()
    {
        fixed (byte* name = _name)
        fixed (byte* overload = _overload)
        fixed (ulong* stack = _stack)
        {
            Check(torch_call_dispatcher(name, overload, stack, AbiVersion), _name);
        }
    }

    /// <summary>Runs an operator that returns one tensor, of which the caller becomes the owner.</summary>
    internal nint CallForTensor()
    {
        Call();
        return (nint)_stack[0];
    }

    /// <summary>Runs an operator that returns an integer.</summary>
    internal long CallForInteger()
    {
        Call();
        return (long)_stack[0];
    }

    /// <summary>Runs an operator whose only result is one of its own arguments.</summary>
    internal void CallAndDiscard() => TensorMemory.Delete(CallForTensor());

    /// <summary>Runs an operator of two tensors, overload <c>out</c>, into a third.</summary>
    internal static void Apply(ReadOnlySpan<byte> name, nint left, nint right, nint result) => Apply(name, "out\0"u8, left, right, result);

    /// <summary>Runs an operator of two tensors into a third.</summary>
    internal static void Apply(ReadOnlySpan<byte> name, ReadOnlySpan<byte> overload, nint left, nint right, nint result)
    {
        var operation = new Operator(name, overload);
        operation.PushTensor(left);
        operation.PushTensor(right);
        operation.PushTensor(result);
        operation.CallAndDiscard();
    }

    internal static void Check(int error, ReadOnlySpan<byte> call)
    {
        if (error != 0)
        {
            throw new LibTorchException(
                $"libtorch's {System.Text.Encoding.UTF8.GetString(call).TrimEnd('\0')} failed with code {error}; "
                + "libtorch wrote the reason to the standard error stream.");
        }
    }

    private static ulong Share(nint tensor)
    {
        nint handle;
        Check(aoti_torch_new_tensor_handle(tensor, &handle), "aoti_torch_new_tensor_handle"u8);
        return (ulong)handle;
    }

    private ref ulong Slot() => ref _stack[_count++];
}
