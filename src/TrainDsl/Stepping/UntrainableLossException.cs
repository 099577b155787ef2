using System;

namespace TrainDsl.Stepping;

/// <summary>A loss that nothing can be learned from; a run adds in which step and on which samples.</summary>
/// <param name="message">What was found, and what to do.</param>
internal sealed class UntrainableLossException(string message) : InvalidOperationException(message);
