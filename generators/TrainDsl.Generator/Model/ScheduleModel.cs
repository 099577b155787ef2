namespace TrainDsl.Generator.Model;

/// <summary>A declared learning rate schedule.</summary>
/// <param name="WarmupSteps">Steps of linear warm-up, at least 0.</param>
internal abstract record ScheduleModel(long WarmupSteps);

/// <summary>A constant learning rate after warm-up.</summary>
internal sealed record ConstantModel(long WarmupSteps) : ScheduleModel(WarmupSteps);

/// <summary>Linear or cosine decay to a final factor.</summary>
/// <param name="Cosine">Whether decay follows half a cosine; otherwise a line.</param>
/// <param name="DecaySteps">The step at which decay ends, or null for the end of the run.</param>
/// <param name="FinalFactor">The factor at the end of decay.</param>
/// <param name="WarmupSteps">Steps of linear warm-up.</param>
internal sealed record DecayModel(bool Cosine, long? DecaySteps, double FinalFactor, long WarmupSteps) : ScheduleModel(WarmupSteps);

/// <summary>A fall by a factor every so many steps.</summary>
internal sealed record StepDecayModel(long EverySteps, double Factor, long WarmupSteps) : ScheduleModel(WarmupSteps);
