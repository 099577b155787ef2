using System.IO;

namespace TrainDsl.Tests.Resuming;

/// <summary>Writes what a run says, a line each.</summary>
internal sealed class NoticeWriter(TextWriter writer) : ITrainingMonitor
{
    public void OnNotice(Notice notice)
    {
        lock (writer)
        {
            writer.WriteLine(notice);
        }
    }
}
