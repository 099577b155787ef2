using System.Runtime.InteropServices;

namespace TrainDsl.Native;

/// <summary>Entry points of TorchSharp's native half that its managed half reaches only through allocating wrappers.</summary>
internal static unsafe partial class LibTorchSharp
{
    [LibraryImport("LibTorchSharp")]
    internal static partial void THSAutograd_backward(
        nint* tensors, long tensorCount, nint* gradients, long gradientCount, byte retainGraph, byte createGraph, nint* inputs, long inputCount);

    /// <summary>The gradient of a tensor, of which the caller becomes the owner, or zero.</summary>
    [LibraryImport("LibTorchSharp"), SuppressGCTransition]
    internal static partial nint THSTensor_grad(nint tensor);

    /// <summary>Sets the gradient of a tensor; zero for none.</summary>
    [LibraryImport("LibTorchSharp")]
    internal static partial void THSTensor_set_grad(nint tensor, nint gradient);

    [LibraryImport("LibTorchSharp"), SuppressGCTransition]
    internal static partial byte THSTensor_requires_grad(nint tensor);

    /// <summary>Adds alpha x other to a tensor in place.</summary>
    [LibraryImport("LibTorchSharp")]
    internal static partial void THSTensor_add_(nint tensor, nint other, nint alpha);

    [LibraryImport("LibTorchSharp")]
    internal static partial nint THSTorch_float64_to_scalar(double value);

    [LibraryImport("LibTorchSharp")]
    internal static partial void THSTorch_dispose_scalar(nint scalar);

    /// <summary>The message of the last failed call on this thread, or null; reading it clears it.</summary>
    [LibraryImport("LibTorchSharp")]
    internal static partial byte* THSTorch_get_and_reset_last_err();

    /// <summary>Raises what the last call on this thread failed with, if it failed.</summary>
    internal static void ThrowIfFailed()
    {
        byte* message = THSTorch_get_and_reset_last_err();
        if (message != null)
        {
            throw new LibTorchException(Marshal.PtrToStringUTF8((nint)message));
        }
    }
}
