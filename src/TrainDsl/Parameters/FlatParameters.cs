using System;
using System.Collections.Generic;
using TorchSharp;
using TorchSharp.Modules;
using TrainDsl.Devices;
using TrainDsl.Native;
using static TorchSharp.torch;

namespace TrainDsl.Parameters;

/// <summary>
/// The trainable parameters of a model and their gradients as views of one flat buffer per element type, so that zeroing, reducing, clipping
/// and updating are one call each. Autograd adds into the gradient views in place.
/// </summary>
/// <remarks>
/// Parameters with <c>requires_grad = false</c> are left out; tied parameters (one parameter under several names, or several over one memory) are
/// taken once, under the first of their names, and stay tied. Which parameters are trained is fixed: one that is replaced, converted, frozen or
/// unfrozen later is found at the start of a global batch or after a backward pass, and refused by name. Gradients that user code takes away are put back. A parameter that a step does not use has a gradient of zero here, where torch.optim
/// would skip it: its moments and weight decay go on.
/// </remarks>
public sealed class FlatParameters : IDisposable
{
    private readonly List<ParameterBuffer> _buffers = [];
    private readonly List<ParameterGroup> _groups = [];
    private readonly ParameterWatch _watch;

    /// <summary>Moves the trainable parameters of a model into flat buffers; the model computes with them from then on.</summary>
    /// <param name="model">The model, already on its device.</param>
    /// <param name="decayOnly">Which parameters form the groups that weight decay applies to.</param>
    /// <exception cref="ArgumentException">
    /// The model has no trainable parameters, one that is not of a floating-point type, parameters on several devices, or parameters that share
    /// memory in different layouts.
    /// </exception>
    public FlatParameters(nn.Module model, DecayOnly decayOnly)
        : this(model, decayOnly, members: null, shared: null)
    {
    }

    /// <summary>The parameters of one replica of several.</summary>
    /// <param name="model">The replica's model.</param>
    /// <param name="decayOnly">Which parameters form the groups that weight decay applies to.</param>
    /// <param name="members">This replica's member of the group; null where it is the only replica.</param>
    /// <param name="shared">The parameters of a replica on the same device, whose values this one computes with; null for values of its own.</param>
    internal FlatParameters(nn.Module model, DecayOnly decayOnly, ICollective? members, FlatParameters? shared)
    {
        ArgumentNullException.ThrowIfNull(model);
        Members = members;
        using IDisposable noGrad = no_grad();
        var decay = new DecayRule(model, decayOnly);
        foreach ((ScalarType elementType, Device device, List<TiedParameters> tied) in ByElementType(model))
        {
            var buffer = new ParameterBuffer(elementType, device, tied, decay, members, shared?.Buffers[_buffers.Count]);
            _buffers.Add(buffer);
            _groups.AddRange(buffer.Groups);
        }

        // The shares of micro-batches are not in the seed of a backward pass that 16 bits round: no buffer has them there, then.
        if (_buffers.Exists(static buffer => buffer.ReceivesApart))
        {
            ReceiveApart();
        }

        _watch = new ParameterWatch(model);
    }

    /// <summary>One buffer for each element type, in the order in which the model's parameters first show them.</summary>
    public IReadOnlyList<ParameterBuffer> Buffers => _buffers;

    /// <summary>
    /// The parameter groups of all buffers: those that weight decay applies to and those that it leaves out. Of several replicas, each has the
    /// part of them that it updates.
    /// </summary>
    public IReadOnlyList<ParameterGroup> Groups => _groups;

    /// <summary>The number of trainable parameters (elements, padding left out).</summary>
    public long Count
    {
        get
        {
            long count = 0;
            foreach (ParameterBuffer buffer in _buffers)
            {
                count += buffer.ParameterCount;
            }

            return count;
        }
    }

    /// <summary>The group of replicas that train these parameters together; null where there is one.</summary>
    internal ICollective? Members { get; }

    /// <summary>What leaves updates out on the device; null where the host decides before each update.</summary>
    internal UpdateGate? Gate { get; set; }

    /// <summary>The norm of the gradients, where it is asked for without clipping; null where nobody asks.</summary>
    internal GradientNorm? Norm { get; set; }

    /// <summary>Whether gradients arrive in other tensors than they are added up in, so that a pass's share is applied when they are added.</summary>
    internal bool ReceivesApart { get; private set; }

    /// <summary>How often the tensors that gradients arrive in were changed.</summary>
    internal long ArrivalVersion
    {
        get
        {
            long version = 0;
            foreach (ParameterBuffer buffer in _buffers)
            {
                version += buffer.ArrivalVersion;
            }

            return version;
        }
    }

    /// <summary>Starts a global batch: sets every gradient to zero, one memset for each element type.</summary>
    /// <exception cref="InvalidOperationException">
    /// A part of the model was replaced, converted or added, or a parameter frozen or unfrozen, since the run began; the message names it.
    /// </exception>
    public void ZeroGradients()
    {
        _watch.Check();
        Norm?.Forget();
        foreach (ParameterBuffer buffer in _buffers)
        {
            buffer.Zero();
        }
    }

    /// <summary>Searches the model for parts that were replaced or added, now and when the next global batch starts; allocates.</summary>
    /// <exception cref="InvalidOperationException">There is one; the message names it.</exception>
    internal void CheckModel() => _watch.CheckAll();

    /// <summary>Lets gradients arrive in tensors of their own from here on.</summary>
    internal void ReceiveApart()
    {
        using var noGradient = new NoGradient();
        ReceivesApart = true;
        foreach (ParameterBuffer buffer in _buffers)
        {
            buffer.ReceiveApart();
        }
    }

    /// <summary>A backward pass is about to begin.</summary>
    internal void BeginBackward()
    {
        if (ReceivesApart)
        {
            foreach (ParameterBuffer buffer in _buffers)
            {
                buffer.ClearArrivals();
            }
        }
    }

    /// <summary>A backward pass has ended: what it made is added up, wherever user code has put the gradients meanwhile.</summary>
    /// <param name="share">What the gradients of the pass are multiplied by, where they arrive apart.</param>
    /// <returns>Whether a gradient was found in the place of a view that user code had taken away.</returns>
    /// <exception cref="InvalidOperationException">The loss or the model's forward pass converted, froze or unfroze a parameter.</exception>
    internal bool EndBackward(double share)
    {
        _watch.CheckParameters();
        bool found = false;
        foreach (ParameterBuffer buffer in _buffers)
        {
            found |= buffer.Collect(share);
        }

        return found;
    }

    /// <summary>An update has been made: the parameters' gradients are those that it used.</summary>
    internal void ShowGradients()
    {
        if (ReceivesApart)
        {
            foreach (ParameterBuffer buffer in _buffers)
            {
                buffer.Show();
            }
        }
    }

    /// <summary>Releases the gradients; the model keeps its parameters, which stay views of the flat buffers.</summary>
    public void Dispose()
    {
        foreach (ParameterBuffer buffer in _buffers)
        {
            buffer.Dispose();
        }

        Gate?.Dispose();
        Norm?.Dispose();
    }

    private static List<(ScalarType, Device, List<TiedParameters>)> ByElementType(nn.Module model)
    {
        var result = new List<(ScalarType ElementType, Device Device, List<TiedParameters> Members)>();
        foreach (TiedParameters member in TiedParameters.Of(model))
        {
            (string name, Parameter parameter) = member.First;
            if (!parameter.is_floating_point())
            {
                throw new ArgumentException(
                    $"Parameter '{name}' has element type {parameter.dtype}; trainable parameters are of a floating-point type. "
                    + "Set requires_grad to false, or register it as a buffer.", nameof(model));
            }

            if (result.Count > 0 && result[0].Device.ToString() != parameter.device.ToString())
            {
                throw new ArgumentException(
                    $"Parameter '{name}' is on {parameter.device}, others are on {result[0].Device}; a replica's parameters are on one device.",
                    nameof(model));
            }

            int at = result.FindIndex(group => group.ElementType == parameter.dtype);
            if (at < 0)
            {
                result.Add((parameter.dtype, parameter.device, [member]));
            }
            else
            {
                result[at].Members.Add(member);
            }
        }

        if (result.TrueForAll(static group => group.Members.TrueForAll(static member => member.First.Value.numel() == 0)))
        {
            throw new ArgumentException(
                $"The model {model.GetName()} has no trainable parameters: none is registered (RegisterComponents), "
                + "or all have requires_grad = false or no elements.", nameof(model));
        }

        return result;
    }
}
