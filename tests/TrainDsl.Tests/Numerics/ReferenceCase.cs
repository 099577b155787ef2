using System.Collections.Generic;

namespace TrainDsl.Tests.Numerics;

/// <summary>A run that PyTorch made on whole global batches: its settings, what each step did, and the weights that it ended with.</summary>
/// <param name="Torch">The PyTorch version.</param>
/// <param name="Steps">Optimizer steps.</param>
/// <param name="GlobalBatch">Samples per step.</param>
/// <param name="Loss">"mean": cross entropy; "weighted": squared error weighted by position, over the weight of the global batch.</param>
/// <param name="Samples">How many samples, from the first, the dataset has.</param>
/// <param name="DropLast">Whether a partial global batch is left out.</param>
/// <param name="DecayOnly">"all" or "matrices".</param>
/// <param name="ClipNorm">The bound of the gradient's norm, or null for none.</param>
/// <param name="Optimizer">The optimizer.</param>
/// <param name="Losses">The loss of each step.</param>
/// <param name="LearningRates">The learning rate of each step.</param>
/// <param name="GradientNorms">What clip_grad_norm_ returned in each step; empty where nothing is clipped.</param>
/// <param name="LastGradient">A gradient at the initial weights.</param>
/// <param name="Parameters">The weights after the last step, by name.</param>
internal sealed record ReferenceCase(
    string Torch,
    int Steps,
    int GlobalBatch,
    string Loss,
    int Samples,
    bool DropLast,
    string DecayOnly,
    double? ClipNorm,
    ReferenceOptimizer Optimizer,
    double[] Losses,
    double[] LearningRates,
    double[] GradientNorms,
    ReferenceGradient LastGradient,
    IReadOnlyDictionary<string, float[]> Parameters);

/// <summary>The settings of torch.optim.AdamW ("adamw"), Adam ("adam") or SGD ("sgd"); those that it does not have are left at their defaults.</summary>
internal sealed record ReferenceOptimizer(
    string Kind,
    double WeightDecay,
    double Beta1 = 0.0,
    double Beta2 = 0.0,
    double Epsilon = 0.0,
    double Momentum = 0.0,
    double Dampening = 0.0,
    bool Nesterov = false);

/// <summary>The gradient of an epoch's last global batch, partial where one is kept, at the initial weights.</summary>
/// <param name="Start">Its first sample.</param>
/// <param name="Samples">Its samples.</param>
/// <param name="Parameters">The gradients by parameter name.</param>
internal sealed record ReferenceGradient(long Start, long Samples, IReadOnlyDictionary<string, float[]> Parameters);
