namespace TrainDsl;

/// <summary>
/// Watches a run. Each method does nothing unless it is implemented, so that a monitor holds only what interests it. All but <see cref="OnNotice"/> are called
/// on the thread that called <c>Run</c>, and what they throw ends the run.
/// </summary>
public interface ITrainingMonitor
{
    /// <summary>
    /// Whether the monitor reads <see cref="StepReport.GradientNorm"/>, asked once before the run: without <c>[ClipGradNorm]</c> the norm takes a pass over the gradient in
    /// each step, which is made if a monitor or the options ask for it.
    /// </summary>
    bool ReadsGradientNorm => false;

    /// <summary>The run is about to make its first step.</summary>
    /// <param name="run">What it will do.</param>
    void OnStart(RunInfo run)
    {
    }

    /// <summary>An optimizer step was made. Called for every step: read no more of the report than is shown.</summary>
    /// <param name="step">The step.</param>
    void OnStep(in StepReport step)
    {
    }

    /// <summary>An epoch ended, and was validated where a validation dataset was given.</summary>
    /// <param name="epoch">The epoch.</param>
    void OnEpoch(EpochReport epoch)
    {
    }

    /// <summary>
    /// The run says something in words: what it resumed from, a checkpoint that failed, a plan that was fitted, how to go on. Without a monitor that shows
    /// them, notices are lost; <see cref="Monitoring.ConsoleMonitor"/> prints them.
    /// </summary>
    /// <param name="notice">What it says.</param>
    /// <remarks>
    /// One notice at a time, but on any thread, such as the one that writes checkpoints or handles Ctrl-C, and also before <see cref="OnStart"/> and after
    /// <see cref="OnEnd"/>. What it throws is dropped: the run goes on.
    /// </remarks>
    void OnNotice(Notice notice)
    {
    }

    /// <summary>The run ended: at its declared end, by cancellation, or because something threw.</summary>
    /// <param name="result">How.</param>
    void OnEnd(TrainingResult result)
    {
    }
}
