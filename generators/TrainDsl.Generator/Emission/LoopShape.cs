using TrainDsl.Generator.Model;

namespace TrainDsl.Generator.Emission;

/// <summary>What a loop has to do beyond one micro-batch on one replica.</summary>
/// <param name="Accumulates">Whether a global batch may be several micro-batches of a replica.</param>
/// <param name="Replicates">Whether several replicas may train together.</param>
/// <param name="HasConstantShare">
/// Whether every micro-batch has the same share of its global batch: where partial ones are left out. (One micro-batch alone has a share of 1, which is not
/// worth a name.)
/// </param>
internal sealed record LoopShape(bool Accumulates, bool Replicates, bool HasConstantShare)
{
    /// <summary>The shape that serves every plan.</summary>
    public static LoopShape General { get; } = new(Accumulates: true, Replicates: true, HasConstantShare: false);

    /// <summary>The shape of the declared plan.</summary>
    public static LoopShape Declared(PlanModel plan, TrainingRecipe recipe) => new(
        plan.Accumulation > 1,
        plan.Replicas > 1,
        recipe.DropLast && plan.GlobalBatch > plan.MicroBatch && !recipe.Loss.IsWeighted);
}
