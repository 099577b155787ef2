using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TrainDsl.Parameters;
using static TorchSharp.torch;

namespace TrainDsl.Devices;

/// <summary>The parameters of a replica's model that are not trained: the same in all replicas from the start of a run, and never exchanged after it.</summary>
internal static class FrozenParameters
{
    // Elements that a flat tensor is a multiple of: 8 bytes and more, whatever the type.
    private const long Alignment = 8;

    /// <summary>Takes over those of the first replica.</summary>
    /// <param name="model">The replica's model.</param>
    /// <param name="members">This replica's member of the group.</param>
    internal static void BroadcastFirst(nn.Module model, ICollective members)
    {
        using IDisposable noGrad = no_grad();
        foreach (IGrouping<ScalarType, Tensor> group in ModelState.FrozenOf(model).Select(static tensor => tensor.Value)
                     .Where(static parameter => parameter.numel() > 0).GroupBy(static parameter => parameter.dtype))
        {
            List<Tensor> parameters = [.. group];
            long count = (parameters.Sum(static parameter => parameter.numel()) + Alignment - 1) / Alignment * Alignment;
            using Tensor flat = zeros(count, group.Key, parameters[0].device);
            Move(parameters, flat, static (parameter, part) => part.copy_(parameter));
            using (var exchange = new FlatExchange(flat, members, onlyCopies: true))
            {
                exchange.BroadcastFirst();
            }

            Move(parameters, flat, static (parameter, part) => parameter.copy_(part));
        }
    }

    private static void Move(List<Tensor> parameters, Tensor flat, Func<Tensor, Tensor, Tensor> copy)
    {
        long offset = 0;
        foreach (Tensor parameter in parameters)
        {
            using Tensor part = flat.narrow(0, offset, parameter.numel());
            using Tensor view = part.view(parameter.shape);
            copy(parameter, view);
            offset += parameter.numel();
        }
    }
}
