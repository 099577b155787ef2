using System;
using System.Collections.Generic;
using System.Threading;

namespace TrainDsl.Monitoring;

/// <summary>
/// The one way by which a run says something in words: to its monitors, from any thread, one notice at a time. Words never end a run: what a monitor throws
/// here is dropped, because the thread that speaks may be the checkpoint writer's or a signal's, on which an exception ends the process.
/// </summary>
internal sealed class Notices(IReadOnlyList<ITrainingMonitor> monitors)
{
    private readonly Lock _gate = new();

    /// <summary>Tells nobody.</summary>
    public static Notices None { get; } = new([]);

    /// <summary>Who is told.</summary>
    public IReadOnlyList<ITrainingMonitor> Monitors { get; } = monitors;

    /// <summary>Says what is as it should be.</summary>
    public void Tell(string text) => Tell(new Notice(NoticeSeverity.Information, text));

    /// <summary>Says what should be looked at.</summary>
    public void Warn(string text) => Tell(new Notice(NoticeSeverity.Warning, text));

    private void Tell(Notice notice)
    {
        lock (_gate)
        {
            foreach (ITrainingMonitor monitor in Monitors)
            {
                try
                {
                    monitor.OnNotice(notice);
                }
                catch (Exception)
                {
                    // The others are still told.
                }
            }
        }
    }
}
