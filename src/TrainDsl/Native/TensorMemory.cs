using TorchSharp;
using static TrainDsl.Native.StableAbi;

namespace TrainDsl.Native;

/// <summary>Reads and writes of a tensor's memory by its handle, without managed allocation.</summary>
internal static unsafe class TensorMemory
{
    private const int CpuDeviceType = 0;

    /// <summary>The address of a tensor's first element, in the memory of its device.</summary>
    internal static void* Address(nint tensor)
    {
        void* data;
        Operator.Check(aoti_torch_get_data_ptr(tensor, &data), "aoti_torch_get_data_ptr"u8);
        return data;
    }

    internal static bool IsOnCpu(nint tensor)
    {
        int type;
        Operator.Check(aoti_torch_get_device_type(tensor, &type), "aoti_torch_get_device_type"u8);
        return type == CpuDeviceType;
    }

    internal static torch.ScalarType ElementType(nint tensor)
    {
        int type;
        Operator.Check(aoti_torch_get_dtype(tensor, &type), "aoti_torch_get_dtype"u8);
        return (torch.ScalarType)type;
    }

    internal static long Count(nint tensor)
    {
        long count;
        Operator.Check(aoti_torch_get_numel(tensor, &count), "aoti_torch_get_numel"u8);
        return count;
    }

    internal static long Dimensions(nint tensor)
    {
        long dimensions;
        Operator.Check(aoti_torch_get_dim(tensor, &dimensions), "aoti_torch_get_dim"u8);
        return dimensions;
    }

    /// <summary>The value of a tensor of one element, of any real element type and on any device; waits for the device.</summary>
    internal static double Item(nint tensor)
    {
        double value;
        Operator.Check(aoti_torch_item_float64(tensor, &value), "aoti_torch_item_float64"u8);
        return value;
    }

    internal static void Fill(nint tensor, double value) =>
        Operator.Check(aoti_torch_aten_fill__Scalar(tensor, value), "aoti_torch_aten_fill__Scalar"u8);

    internal static void Zero(nint tensor) => Operator.Check(aoti_torch_zero_(tensor), "aoti_torch_zero_"u8);

    internal static void Copy(nint destination, nint source) =>
        Operator.Check(aoti_torch_copy_(destination, source, nonBlocking: 0), "aoti_torch_copy_"u8);

    /// <summary>The first element as a scalar over the same memory, of which the caller becomes the owner.</summary>
    internal static nint FirstElement(nint tensor)
    {
        nint scalar;
        Operator.Check(aoti_torch__reinterpret_tensor(tensor, 0, null, null, 0, &scalar), "aoti_torch__reinterpret_tensor"u8);
        return scalar;
    }

    /// <summary>A tensor of its own over the same memory, of which the caller becomes the owner.</summary>
    internal static nint Reinterpret(nint tensor, int dimensions, long* sizes, long* strides)
    {
        nint result;
        Operator.Check(aoti_torch__reinterpret_tensor(tensor, dimensions, sizes, strides, 0, &result), "aoti_torch__reinterpret_tensor"u8);
        return result;
    }

    /// <summary>left + factor x right as a new tensor, of which the caller becomes the owner.</summary>
    internal static nint AddScaled(nint left, nint right, double factor)
    {
        nint result;
        Operator.Check(aoti_torch_aten_subtract_Tensor(left, right, -factor, &result), "aoti_torch_aten_subtract_Tensor"u8);
        return result;
    }

    /// <summary>Adds factor x other to a tensor in place, in the wider of their element types, which is the tensor's own.</summary>
    internal static void Add(nint tensor, nint other, double factor)
    {
        nint scalar = LibTorchSharp.THSTorch_float64_to_scalar(factor);
        LibTorchSharp.THSTensor_add_(tensor, other, scalar);
        LibTorchSharp.THSTorch_dispose_scalar(scalar);
        LibTorchSharp.ThrowIfFailed();
    }

    /// <summary>How often a tensor, or another one over the same memory that it was made a view of, was changed in place.</summary>
    internal static long Version(nint tensor)
    {
        // aten::_version(Tensor self) -> int
        var version = new Operator("aten::_version\0"u8, "\0"u8);
        version.PushTensor(tensor);
        return version.CallForInteger();
    }

    /// <summary>Gives a tensor the values of another one unless a condition holds, on their device.</summary>
    /// <param name="condition">A bool scalar.</param>
    /// <param name="tensor">The tensor.</param>
    /// <param name="otherwise">Of the same shape and element type.</param>
    internal static void KeepWhere(nint condition, nint tensor, nint otherwise)
    {
        // aten::where.self_out(Tensor condition, Tensor self, Tensor other, *, Tensor(a!) out)
        var choice = new Operator("aten::where\0"u8, "self_out\0"u8);
        choice.PushTensor(condition);
        choice.PushTensor(tensor);
        choice.PushTensor(otherwise);
        choice.PushTensor(tensor);
        choice.CallAndDiscard();
    }

    internal static void Delete(nint tensor) =>
        Operator.Check(aoti_torch_delete_tensor_object(tensor), "aoti_torch_delete_tensor_object"u8);
}
