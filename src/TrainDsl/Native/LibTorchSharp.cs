using System.Runtime.InteropServices;

namespace TrainDsl.Native;

/// <summary>Entry points of TorchSharp's native half that its managed half reaches only through allocating wrappers.</summary>
internal static unsafe partial class LibTorchSharp
{
    [LibraryImport("LibTorchSharp")]
    internal static partial void THSAutograd_backward(
        nint* tensors, long tensorCount, nint* gradients, long gradientCount, byte retainGraph, byte createGraph, nint* inputs, long inputCount);

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
