using System.Collections.Generic;
using Microsoft.CodeAnalysis;
using TrainDsl.Generator.Diagnostics;
using TrainDsl.Generator.Model;

namespace TrainDsl.Generator.Parsing;

/// <summary>Reads the optimizer of a training definition and the bound of its gradient norm.</summary>
internal static class OptimizerParser
{
    // The defaults of the attributes, as torch.optim has them.
    private const double DefaultBeta1 = 0.9;
    private const double DefaultBeta2 = 0.999;
    private const double DefaultEpsilon = 1e-8;
    private const double DefaultAdamLearningRate = 1e-3;
    private const double DefaultSgdLearningRate = 1e-2;
    private const double DefaultAdamWWeightDecay = 1e-2;

    public static OptimizerModel? Parse(TrainingAttributes attributes, INamedTypeSymbol definition, DiagnosticBag diagnostics)
    {
        IReadOnlyList<DslAttribute> optimizers = attributes.Optimizers;
        if (optimizers.Count == 0)
        {
            diagnostics.Report(DiagnosticDescriptors.NoOptimizer, DefinitionShape.Place(definition), definition.Name);
            return null;
        }

        for (int i = 1; i < optimizers.Count; i++)
        {
            diagnostics.Report(DiagnosticDescriptors.SecondOptimizer, optimizers[i].Location, optimizers[i].Name, optimizers[0].Name);
        }

        return optimizers[0].Name == "Sgd" ? Sgd(optimizers[0], diagnostics) : Adam(optimizers[0], diagnostics);
    }

    /// <summary>The bound of the gradient norm, or null where none is declared.</summary>
    public static double? ClipNorm(TrainingAttributes attributes, DiagnosticBag diagnostics)
    {
        if (attributes.ClipGradNorm?.Positional<double>(0) is { } norm && !IsPositive(norm))
        {
            diagnostics.Report(DiagnosticDescriptors.ClipNorm, attributes.ClipGradNorm.PositionalLocation(0, "maxNorm"), norm);
        }

        return attributes.ClipGradNorm?.Positional<double>(0);
    }

    private static AdamModel Adam(DslAttribute attribute, DiagnosticBag diagnostics)
    {
        bool decoupled = attribute.Name == "AdamW";
        double epsilon = attribute.Named<double>("Epsilon") ?? DefaultEpsilon;
        if (!IsPositive(epsilon))
        {
            diagnostics.Report(DiagnosticDescriptors.Epsilon, attribute.NamedLocation("Epsilon"), epsilon);
        }

        return new AdamModel(
            decoupled,
            Beta("Beta1", DefaultBeta1),
            Beta("Beta2", DefaultBeta2),
            epsilon,
            LearningRate(attribute, DefaultAdamLearningRate, diagnostics),
            WeightDecay(attribute, decoupled ? DefaultAdamWWeightDecay : 0.0, diagnostics),
            DecayMatricesOnly(attribute, diagnostics));

        double Beta(string name, double otherwise)
        {
            double beta = attribute.Named<double>(name) ?? otherwise;
            if (!(beta >= 0.0 && beta < 1.0))
            {
                diagnostics.Report(DiagnosticDescriptors.Beta, attribute.NamedLocation(name), name, beta, otherwise);
            }

            return beta;
        }
    }

    private static SgdModel Sgd(DslAttribute attribute, DiagnosticBag diagnostics)
    {
        double momentum = attribute.Named<double>("Momentum") ?? 0.0;
        double dampening = attribute.Named<double>("Dampening") ?? 0.0;
        bool nesterov = attribute.Named<bool>("Nesterov") ?? false;
        if (!(momentum >= 0.0 && momentum < 1.0))
        {
            diagnostics.Report(DiagnosticDescriptors.Momentum, attribute.NamedLocation("Momentum"), momentum);
        }
        else if (nesterov && momentum == 0.0)
        {
            diagnostics.Report(DiagnosticDescriptors.NesterovWithoutMomentum, attribute.NamedLocation("Nesterov"), momentum);
        }

        if (!(dampening >= 0.0 && dampening <= 1.0))
        {
            diagnostics.Report(DiagnosticDescriptors.Dampening, attribute.NamedLocation("Dampening"), dampening);
        }
        else if (nesterov && dampening != 0.0)
        {
            diagnostics.Report(DiagnosticDescriptors.NesterovWithDampening, attribute.NamedLocation("Dampening"), dampening);
        }

        return new SgdModel(
            momentum,
            dampening,
            nesterov,
            LearningRate(attribute, DefaultSgdLearningRate, diagnostics),
            WeightDecay(attribute, 0.0, diagnostics),
            DecayMatricesOnly(attribute, diagnostics));
    }

    private static double LearningRate(DslAttribute attribute, double otherwise, DiagnosticBag diagnostics)
    {
        double rate = attribute.Named<double>("LearningRate") ?? otherwise;
        if (!IsPositive(rate))
        {
            diagnostics.Report(DiagnosticDescriptors.LearningRate, attribute.NamedLocation("LearningRate"), rate, attribute.Name, otherwise);
        }

        return rate;
    }

    private static double WeightDecay(DslAttribute attribute, double otherwise, DiagnosticBag diagnostics)
    {
        double decay = attribute.Named<double>("WeightDecay") ?? otherwise;
        if (!(decay >= 0.0) || double.IsInfinity(decay))
        {
            diagnostics.Report(DiagnosticDescriptors.WeightDecay, attribute.NamedLocation("WeightDecay"), decay);
        }

        return decay;
    }

    private static bool DecayMatricesOnly(DslAttribute attribute, DiagnosticBag diagnostics)
    {
        // The values of TrainDsl.DecayOnly.
        const int All = 0;
        const int Matrices = 1;
        int decayOnly = attribute.Named<int>("DecayOnly") ?? All;
        if (decayOnly is not (All or Matrices))
        {
            diagnostics.Report(DiagnosticDescriptors.DecayOnly, attribute.NamedLocation("DecayOnly"), decayOnly);
        }

        return decayOnly == Matrices;
    }

    private static bool IsPositive(double value) => value > 0.0 && !double.IsInfinity(value);
}
