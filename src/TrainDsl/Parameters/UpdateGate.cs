using System;
using System.Linq;
using System.Threading;
using TorchSharp;
using TrainDsl.Native;
using static TorchSharp.torch;

namespace TrainDsl.Parameters;

/// <summary>
/// Decides on the device whether an update is made: a flag there is raised by a loss or gradient that is not finite, the fused optimizers leave the update
/// out where it is raised, and its value comes to the host when the device gets there. No step waits for the device, and none allocates managed memory.
/// </summary>
internal sealed unsafe class UpdateGate : IDisposable
{
    /// <summary>Steps that the host may be ahead of what it knows.</summary>
    internal const int Depth = 8;

    private const float OnItsWay = -1f;

    private readonly Tensor _arrivals;
    private readonly Tensor[] _slots;
    private readonly Tensor _one;
    private readonly Tensor _finite;
    private readonly Tensor _loss;
    private long _sent;
    private long _read;
    private long _leftOut;

    /// <param name="device">The device of the parameters.</param>
    internal UpdateGate(Device device)
    {
        Found = zeros([], ScalarType.Float32, device).DetachFromDisposeScope();
        _one = ones([], ScalarType.Float32, device).DetachFromDisposeScope();
        _finite = ones([], ScalarType.Bool, device).DetachFromDisposeScope();
        _loss = zeros([], ScalarType.Float64, device).DetachFromDisposeScope();
        using Tensor arrivals = zeros(Depth, ScalarType.Float32);
        _arrivals = (device.type == DeviceType.CUDA ? arrivals.pin_memory() : arrivals.alias()).DetachFromDisposeScope();
        _slots = [.. Enumerable.Range(0, Depth).Select(slot => _arrivals[slot].DetachFromDisposeScope())];
    }

    /// <summary>The flag, a float32 scalar on the device: 1 where the update is left out. libtorch's fused optimizers take it as <c>found_inf</c>.</summary>
    internal Tensor Found { get; }

    /// <summary>Whether what was checked is finite, a scalar on the device.</summary>
    internal Tensor Finite => _finite;

    /// <summary>A scalar on the device to put the loss of the step in, before <see cref="Check"/>.</summary>
    internal Tensor Loss => _loss;

    /// <summary>A one on the device.</summary>
    internal Tensor One => _one;

    /// <summary>Told of each update that was left out: which of all the updates sent it was, from 0.</summary>
    internal Action<long>? LeavingOut { get; set; }

    /// <summary>The updates sent so far.</summary>
    internal long Sent => _sent;

    /// <summary>How many updates were left out. Waits for the device.</summary>
    internal long LeftOut
    {
        get
        {
            Read(toTheEnd: true);
            return _leftOut;
        }
    }

    /// <summary>Whether the flag is raised. Waits for the device.</summary>
    internal bool IsRaised => TensorMemory.Item(Found.Handle) != 0.0;

    /// <summary>Raises the flag where the loss or an element of a gradient is not finite.</summary>
    /// <param name="parameters">The parameters, whose gradients are read.</param>
    /// <param name="staysRaised">Whether a raised flag stays so: every later update is left out too.</param>
    internal void Check(FlatParameters parameters, bool staysRaised)
    {
        using var noGradient = new NoGradient();
        if (!staysRaised)
        {
            TensorMemory.Zero(Found.Handle);
        }

        Raise(_loss.Handle);
        for (int group = 0; group < parameters.Groups.Count; group++)
        {
            Raise(parameters.Groups[group].Gradients.Handle);
        }

        // aten::logical_not.out(Tensor self, *, Tensor(a!) out)
        var finite = new Operator("aten::logical_not\0"u8, "out\0"u8);
        finite.PushTensor(Found.Handle);
        finite.PushTensor(_finite.Handle);
        finite.CallAndDiscard();
    }

    /// <summary>Waits until another flag can be sent.</summary>
    internal void MakeRoom()
    {
        if (_sent - _read == Depth)
        {
            ReadOne();
        }
    }

    /// <summary>Sends the flag of an update that is about to be queued on its way to the host; there must be room.</summary>
    internal void Send()
    {
        Tensor slot = _slots[_sent % Depth];
        *Address(_sent) = OnItsWay;

        // aten::copy_(Tensor(a!) self, Tensor src, bool non_blocking=False)
        var copy = new Operator("aten::copy_\0"u8, "\0"u8);
        copy.PushTensor(slot.Handle);
        copy.PushTensor(Found.Handle);
        copy.Push(true);
        copy.CallAndDiscard();
        _sent++;
    }

    /// <summary>Reads the flags that have come.</summary>
    /// <param name="toTheEnd">Whether to wait for those on their way.</param>
    internal void Read(bool toTheEnd)
    {
        while (_read < _sent && (toTheEnd || Volatile.Read(ref *Address(_read)) != OnItsWay))
        {
            ReadOne();
        }
    }

    public void Dispose()
    {
        foreach (Tensor tensor in (Tensor[])[.. _slots, _arrivals, Found, _one, _finite, _loss])
        {
            tensor.Dispose();
        }
    }

    private void ReadOne()
    {
        var wait = default(SpinWait);
        float value;
        while ((value = Volatile.Read(ref *Address(_read))) == OnItsWay)
        {
            wait.SpinOnce();
        }

        long update = _read++;
        if (value != 0f)
        {
            _leftOut++;
            LeavingOut?.Invoke(update);
        }
    }

    private float* Address(long update) => (float*)TensorMemory.Address(_arrivals.Handle) + (update % Depth);

    // aten::_amp_foreach_non_finite_check_and_unscale_(Tensor(a!)[] self, Tensor(b!) found_inf, Tensor inv_scale) -> (); with a scale of 1 it changes nothing.
    private void Raise(nint values)
    {
        var check = new Operator("aten::_amp_foreach_non_finite_check_and_unscale_\0"u8, "\0"u8);
        check.PushTensorList(values);
        check.PushTensor(Found.Handle);
        check.PushTensor(_one.Handle);
        check.Call();
    }
}
