namespace TrainDsl.Generator.Model;

/// <summary>A declared update rule.</summary>
/// <param name="LearningRate">The base learning rate.</param>
/// <param name="WeightDecay">The weight decay, at least 0.</param>
/// <param name="DecayMatricesOnly">Whether weight decay leaves out parameters with fewer than two dimensions.</param>
internal abstract record OptimizerModel(double LearningRate, double WeightDecay, bool DecayMatricesOnly);

/// <summary>Adam, or AdamW where weight decay is decoupled.</summary>
internal sealed record AdamModel(
    bool Decoupled, double Beta1, double Beta2, double Epsilon, double LearningRate, double WeightDecay, bool DecayMatricesOnly)
    : OptimizerModel(LearningRate, WeightDecay, DecayMatricesOnly);

/// <summary>Stochastic gradient descent.</summary>
internal sealed record SgdModel(
    double Momentum, double Dampening, bool Nesterov, double LearningRate, double WeightDecay, bool DecayMatricesOnly)
    : OptimizerModel(LearningRate, WeightDecay, DecayMatricesOnly);
