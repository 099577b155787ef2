using TrainDsl.Parameters;
using static TorchSharp.torch;

namespace TrainDsl.Optimizers;

/// <summary>A running average of the gradients of one parameter group.</summary>
/// <param name="Name">Its name in torch.optim's state: <c>exp_avg</c>, <c>exp_avg_sq</c> or <c>momentum_buffer</c>.</param>
/// <param name="Group">The group.</param>
/// <param name="Values">The averages, shape [Count] of the group.</param>
internal sealed record OptimizerMoment(string Name, ParameterGroup Group, Tensor Values);
