namespace TrainDsl.Batching;

/// <summary>Why written terms are no batch plan.</summary>
internal enum BatchFailureReason
{
    /// <summary>Neither the global batch nor the micro-batch is written.</summary>
    NothingToInferFrom,

    /// <summary>A written term is below 1.</summary>
    NotPositive,

    /// <summary>The term that was left out would not be a whole number.</summary>
    NotDivisible,

    /// <summary>Global batch, micro-batch and accumulation are all written and do not multiply out.</summary>
    Contradiction,

    /// <summary>A product of written terms is more than 64 bits hold.</summary>
    Overflow,
}
