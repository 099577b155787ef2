namespace TrainDsl.Batching;

/// <summary>The batch identity: global = micro x devices x nodes x accumulation.</summary>
internal static class BatchArithmetic
{
}
