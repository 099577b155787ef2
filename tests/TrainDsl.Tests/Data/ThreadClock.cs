using System;
using System.Threading;

namespace TrainDsl.Tests.Data;

/// <summary>A clock of which each thread has its own, which stands still but when that thread moves it on.</summary>
internal sealed class ThreadClock : TimeProvider, IDisposable
{
    private readonly ThreadLocal<long> _now = new();

    public override long GetTimestamp() => _now.Value;

    public void Advance(long ticks) => _now.Value += ticks;

    public void Dispose() => _now.Dispose();
}
