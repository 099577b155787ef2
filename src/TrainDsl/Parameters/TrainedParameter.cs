using System;
using TorchSharp.Modules;
using TrainDsl.Native;
using static TorchSharp.torch;

namespace TrainDsl.Parameters;

/// <summary>A parameter whose gradient autograd adds into a view of a flat buffer.</summary>
internal sealed unsafe class TrainedParameter : IDisposable
{
    private readonly Parameter _parameter;
    private readonly ParameterSlot _slot;
    private Tensor? _gradient;
    private void* _address;

    internal TrainedParameter(Parameter parameter, ParameterSlot slot)
    {
        _parameter = parameter;
        _slot = slot;
    }

    /// <summary>Makes the parameter's place in a flat tensor its gradient.</summary>
    /// <param name="flat">A flat tensor in the layout of the parameter's buffer, of the parameter's element type.</param>
    internal void PointAt(Tensor flat)
    {
        _gradient?.Dispose();
        using Tensor part = flat.narrow(0, _slot.Offset, _slot.Count);
        _gradient = part.view(_slot.Shape).DetachFromDisposeScope();
        _address = TensorMemory.Address(_gradient.Handle);
        _parameter.grad = _gradient;
    }

    /// <summary>
    /// Puts the view back where user code took it away (<c>zero_grad()</c>, <c>grad = null</c>), with what autograd has put in its place. Allocates no
    /// managed memory.
    /// </summary>
    /// <returns>Whether autograd had made a gradient in the view's place.</returns>
    internal bool PutBack()
    {
        nint parameter = _parameter.Handle;
        nint current = LibTorchSharp.THSTensor_grad(parameter);
        if (current != 0 && TensorMemory.Address(current) == _address)
        {
            TensorMemory.Delete(current);
            return false;
        }

        LibTorchSharp.THSTensor_set_grad(parameter, _gradient!.Handle);
        if (current == 0)
        {
            return false;
        }

        using (new NoGradient())
        {
            TensorMemory.Add(_gradient.Handle, current, 1.0);
        }

        TensorMemory.Delete(current);
        return true;
    }

    /// <summary>Takes the gradient from the parameter.</summary>
    public void Dispose()
    {
        if (!_parameter.IsInvalid)
        {
            _parameter.grad = null;
        }

        _gradient?.Dispose();
    }
}
