using System.Collections.Generic;
using TrainDsl.Generator.Model;

namespace TrainDsl.Generator.Emission;

/// <summary>Writes what makes the declared optimizer.</summary>
internal static class OptimizerEmitter
{
    public static IEnumerable<(string Type, string Name, string Value)> Constants(OptimizerModel optimizer)
    {
        switch (optimizer)
        {
            case AdamModel adam:
                yield return ("double", "Beta1", Literals.Of(adam.Beta1));
                yield return ("double", "Beta2", Literals.Of(adam.Beta2));
                yield return ("double", "Epsilon", Literals.Of(adam.Epsilon));
                break;
            case SgdModel sgd:
                yield return ("double", "Momentum", Literals.Of(sgd.Momentum));
                yield return ("double", "Dampening", Literals.Of(sgd.Dampening));
                yield return ("bool", "Nesterov", Literals.Of(sgd.Nesterov));
                break;
        }

        yield return ("double", "WeightDecay", Literals.Of(optimizer.WeightDecay));
    }

    public static void Write(SourceBuilder source, OptimizerModel optimizer)
    {
        source.Line("private static global::TrainDsl.Optimizers.IOptimizer NewOptimizer(global::TrainDsl.Parameters.FlatParameters parameters)");
        if (optimizer is AdamModel adam)
        {
            string decay = adam.Decoupled ? "Decoupled" : "Coupled";
            source.Indented("=> new global::TrainDsl.Optimizers.FusedAdam(");
            source.Indented($"    parameters, global::TrainDsl.Optimizers.AdamDecay.{decay}, Beta1, Beta2, Epsilon, WeightDecay);");
        }
        else
        {
            source.Indented("=> new global::TrainDsl.Optimizers.FusedSgd(parameters, Momentum, Dampening, Nesterov, WeightDecay);");
        }
    }
}
