using System.Runtime.InteropServices;

namespace TrainDsl.Native;

/// <summary>
/// libtorch's stable C ABI (torch/csrc/stable/c/shim.h and torch/csrc/inductor/aoti_torch/c/shim.h, libtorch 2.10), exported by libtorch_cpu.
/// Every function returns 0 on success; on failure libtorch prints the reason to the standard error stream.
/// A tensor handle is what <c>Tensor.Handle</c> of TorchSharp holds.
/// </summary>
internal static unsafe partial class StableAbi
{
    private const string Library = "torch_cpu";

    [LibraryImport(Library)]
    internal static partial ulong aoti_torch_abi_version();

    [LibraryImport(Library)]
    internal static partial int torch_call_dispatcher(byte* operatorName, byte* overloadName, ulong* stack, ulong abiVersion);

    [LibraryImport(Library)]
    internal static partial int torch_new_list_reserve_size(nuint size, nint* list);

    [LibraryImport(Library)]
    internal static partial int torch_list_push_back(nint list, ulong element);

    [LibraryImport(Library)]
    internal static partial int aoti_torch_new_tensor_handle(nint tensor, nint* handle);

    [LibraryImport(Library)]
    internal static partial int aoti_torch_delete_tensor_object(nint tensor);

    [LibraryImport(Library)]
    internal static partial int aoti_torch_get_data_ptr(nint tensor, void** data);

    [LibraryImport(Library)]
    internal static partial int aoti_torch_get_dtype(nint tensor, int* scalarType);

    [LibraryImport(Library)]
    internal static partial int aoti_torch_get_device_type(nint tensor, int* deviceType);

    [LibraryImport(Library)]
    internal static partial int aoti_torch_get_numel(nint tensor, long* count);

    [LibraryImport(Library)]
    internal static partial int aoti_torch_get_dim(nint tensor, long* dimensions);

    [LibraryImport(Library)]
    internal static partial int aoti_torch_item_float64(nint tensor, double* value);

    [LibraryImport(Library)]
    internal static partial byte aoti_torch_grad_mode_is_enabled();

    [LibraryImport(Library)]
    internal static partial void aoti_torch_grad_mode_set_enabled(byte enabled);

    [LibraryImport(Library)]
    internal static partial int aoti_torch__reinterpret_tensor(
        nint tensor, long dimensions, long* sizes, long* strides, long offset, nint* result);

    [LibraryImport(Library)]
    internal static partial int aoti_torch_zero_(nint tensor);

    [LibraryImport(Library)]
    internal static partial int aoti_torch_aten_fill__Scalar(nint tensor, double value);

    [LibraryImport(Library)]
    internal static partial int aoti_torch_aten_subtract_Tensor(nint tensor, nint other, double alpha, nint* result);

    [LibraryImport(Library)]
    internal static partial int aoti_torch_copy_(nint tensor, nint source, int nonBlocking);
}
