namespace TrainDsl.Batching;

/// <summary>One edit of a <see cref="BatchSuggestion"/>.</summary>
/// <param name="Term">The term to change.</param>
/// <param name="Old">What was written; <see langword="null"/> where the term is to be added.</param>
/// <param name="New">What to write instead, at least 1.</param>
internal readonly record struct BatchChange(BatchTerm Term, long? Old, long New);
