using System;
using System.Collections.Generic;
using System.IO.Hashing;
using TorchSharp;
using TrainDsl.Native;
using TrainDsl.Parameters;
using static TorchSharp.torch;

namespace TrainDsl.Devices;

/// <summary>Compares the whole state of the replicas' models at the start of a run: what differs there would differ in silence to its end.</summary>
internal static unsafe class StateChecksum
{
    /// <summary>Compares a replica's model with that of the first replica. Every replica calls it.</summary>
    /// <param name="model">The replica's model.</param>
    /// <param name="members">This replica's member of the group.</param>
    /// <exception cref="InvalidOperationException">A tensor differs; the message names it.</exception>
    internal static void Compare(nn.Module model, ICollective members)
    {
        List<StateTensor> state = ModelState.Of(model);
        using Tensor sums = zeros(state.Count + 1, ScalarType.Int64);
        var own = new Span<long>((void*)TensorMemory.Address(sums.Handle), state.Count + 1);
        own[0] = state.Count;
        for (int i = 0; i < state.Count; i++)
        {
            own[i + 1] = SumOf(state[i].Value);
        }

        long[] mine = own.ToArray();
        double longest = members.AllReduce((double)state.Count);
        if (longest != (double)state.Count * members.Size)
        {
            throw new InvalidOperationException(
                $"The model of replica {members.Rank} has {state.Count} parameters and buffers, and others have another number. Every replica must make the same model.");
        }

        using (var exchange = new FlatExchange(sums, members, onlyCopies: true))
        {
            exchange.BroadcastFirst();
        }

        for (int i = 0; i < state.Count; i++)
        {
            if (own[i + 1] != mine[i + 1])
            {
                throw new InvalidOperationException(
                    $"{(state[i].IsParameter ? "Parameter" : "Buffer")} '{state[i].Name}' of replica {members.Rank} differs from that of the first replica at the start of "
                    + "the run, so that the replicas would not compute the same. Make the model from the seed and the definition alone, the same on every device and node.");
            }
        }
    }

    private static long SumOf(Tensor tensor)
    {
        using IDisposable noGrad = no_grad();
        using Tensor host = tensor.detach().cpu();
        using Tensor plain = host.contiguous();
        long bytes = plain.numel() * plain.ElementSize;
        var hash = new XxHash3();
        byte* address = bytes == 0 ? null : (byte*)TensorMemory.Address(plain.Handle);
        for (long done = 0; done < bytes; done += int.MaxValue)
        {
            hash.Append(new ReadOnlySpan<byte>(address + done, (int)Math.Min(int.MaxValue, bytes - done)));
        }

        return unchecked((long)hash.GetCurrentHashAsUInt64());
    }
}
