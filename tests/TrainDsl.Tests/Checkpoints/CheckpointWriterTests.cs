using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading;
using TrainDsl.Checkpoints;
using Xunit;

namespace TrainDsl.Tests.Checkpoints;

public sealed unsafe class CheckpointWriterTests : IDisposable
{
    private const int Elements = 1000;

    private readonly TemporaryFolder _folder = new();
    private readonly GatedFileOperations _operations = new();
    private readonly CheckpointStore _store;
    private readonly ConcurrentQueue<CheckpointOutcome> _outcomes = new();
    private readonly long* _weights = (long*)NativeMemory.Alloc(Elements, sizeof(long));
    private readonly CheckpointSnapshot _snapshot;

    public CheckpointWriterTests()
    {
        _store = new CheckpointStore(_folder.File("checkpoints"), _operations);
        _snapshot = new CheckpointSnapshot(
            new CheckpointSnapshotFile(
                "model.safetensors", [Tensor("odd", SafetensorsDtype.U8, 3), Tensor("weights", SafetensorsDtype.I64, Elements)]),
            new CheckpointSnapshotFile(
                "optimizer.safetensors",
                [Tensor("moments", SafetensorsDtype.I32, 10), Tensor("none", SafetensorsDtype.F32, 0)],
                new Dictionary<string, string> { ["format"] = "pt" }));
        Fill(0);
    }

    public void Dispose()
    {
        _operations.Gate.Set();
        NativeMemory.Free(_weights);
        _folder.Dispose();
    }

    [Fact]
    public void What_is_written_is_the_state_at_the_begin_whatever_happens_to_it_after()
    {
        using CheckpointWriter writer = Writer();
        _operations.Gate.Reset();
        Fill(100);
        Assert.True(writer.TryBegin(100, _snapshot, "{\"at\":100}"u8, [], TimeSpan.Zero));
        Fill(-1);
        _operations.Gate.Set();
        writer.Drain();
        AssertWritten(100);

        Fill(200);
        Assert.True(writer.TryBegin(200, _snapshot, "{\"at\":200}"u8, [], TimeSpan.Zero));
        writer.Drain();
        AssertWritten(200);
        Assert.Equal([100L, 200L], _outcomes.Select(outcome => outcome.Step));
        Assert.All(_outcomes, outcome => Assert.Null(outcome.Failure));
        Assert.Null(writer.LastFailure);
    }

    [Fact]
    public void A_begin_during_a_write_is_put_off_or_waits()
    {
        using CheckpointWriter writer = Writer();
        _operations.Gate.Reset();
        Assert.True(writer.TryBegin(1, _snapshot, "{}"u8, [], TimeSpan.Zero));
        Assert.True(writer.IsBusy);
        Assert.False(writer.TryBegin(2, _snapshot, "{}"u8, [], TimeSpan.Zero));
        Assert.False(writer.TryBegin(3, _snapshot, "{}"u8, [], TimeSpan.FromMilliseconds(20)));
        using Timer opening = new(_ => _operations.Gate.Set(), null, 50, Timeout.Infinite);
        Assert.True(writer.TryBegin(4, _snapshot, "{}"u8, [], Timeout.InfiniteTimeSpan));
        writer.Drain();
        Assert.False(writer.IsBusy);
        Assert.Equal([1L, 4L], _outcomes.Select(outcome => outcome.Step));
    }

    [Fact]
    public void A_failure_is_reported_and_kept_and_the_next_attempt_succeeds()
    {
        using CheckpointWriter writer = Writer();
        _operations.Refuse = true;
        Assert.True(writer.TryBegin(1, _snapshot, "{}"u8, [], TimeSpan.Zero));
        writer.Drain();
        CheckpointOutcome outcome = Assert.Single(_outcomes);
        Assert.Null(outcome.Checkpoint);
        Assert.IsType<CheckpointIOException>(outcome.Failure);
        Assert.Same(outcome.Failure, writer.LastFailure);
        Assert.Empty(Checkpoint.Names(_store.Folder));

        _operations.Refuse = false;
        Fill(2);
        Assert.True(writer.TryBegin(2, _snapshot, "{\"at\":2}"u8, [], TimeSpan.Zero));
        writer.Drain();
        Assert.Null(writer.LastFailure);
        AssertWritten(2);
    }

    [Fact]
    public void A_report_that_throws_does_not_end_the_writer()
    {
        using CheckpointWriter writer = new(_store, null, _ => throw new InvalidOperationException("a user's mistake"));
        Assert.True(writer.TryBegin(1, _snapshot, "{}"u8, [], TimeSpan.Zero));
        writer.Drain();
        Assert.True(writer.TryBegin(2, _snapshot, "{}"u8, [], TimeSpan.Zero));
        writer.Drain();
        Assert.Equal(2, _store.List().Good.Count);
    }

    [Fact]
    public void Old_checkpoints_go_when_the_new_one_is_durable()
    {
        using CheckpointWriter writer = new(_store, keep: 2, _outcomes.Enqueue);
        for (long step = 1; step <= 5; step++)
        {
            Assert.True(writer.TryBegin(step, _snapshot, "{}"u8, [2], Timeout.InfiniteTimeSpan));
        }

        writer.Drain();
        Assert.Equal([5L, 4L, 2L], _store.List().Good.Select(checkpoint => checkpoint.Step));

        // A checkpoint that is written although an old one cannot be removed is no failure, but is told.
        _operations.RefuseDeletes = true;
        Assert.True(writer.TryBegin(6, _snapshot, "{}"u8, [2], TimeSpan.Zero));
        writer.Drain();
        CheckpointOutcome outcome = _outcomes.Last();
        Assert.NotNull(outcome.PruneFailure);
        Assert.Null(outcome.Failure);
        Assert.Equal([6L, 5L, 2L], _store.List().Good.Select(checkpoint => checkpoint.Step));
    }

    [Fact]
    public void A_begin_allocates_no_managed_memory()
    {
        using CheckpointWriter writer = Writer();
        byte[] state = new byte[6000];
        long allocated = 0;
        for (int i = 0; i < 10; i++)
        {
            writer.Drain();
            long before = GC.GetAllocatedBytesForCurrentThread();
            bool begun = writer.TryBegin(i, _snapshot, state, [1, 2], TimeSpan.Zero);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(begun);
            Assert.True(i < 2 || allocated == 0, $"{allocated} bytes at begin {i}");
        }
    }

    [Fact]
    public void A_snapshot_too_large_for_memory_is_reported_and_the_next_one_is_whole()
    {
        // The copy is never made, so nothing behind the pointer is read.
        CheckpointSnapshot huge = new(new CheckpointSnapshotFile(
            "huge.safetensors", [new SafetensorsTensor("huge", SafetensorsDtype.U8, [1L << 59], _weights, 1L << 59)]));
        using CheckpointWriter writer = Writer();
        Fill(1);
        Assert.True(writer.TryBegin(1, _snapshot, "{}"u8, [], TimeSpan.Zero));
        writer.Drain();
        Assert.False(writer.TryBegin(2, huge, "{}"u8, [], TimeSpan.Zero));
        Assert.IsType<OutOfMemoryException>(writer.LastFailure);
        Assert.Equal(2, _outcomes.Count);
        Fill(3);
        Assert.True(writer.TryBegin(3, _snapshot, "{\"at\":3}"u8, [], TimeSpan.Zero));
        writer.Drain();
        AssertWritten(3);
    }

    [Fact]
    public void Snapshots_may_change_between_checkpoints()
    {
        CheckpointSnapshot small = new(new CheckpointSnapshotFile("small.safetensors", [Tensor("w", SafetensorsDtype.I64, 1)]));
        using CheckpointWriter writer = Writer();
        foreach (CheckpointSnapshot snapshot in new[] { small, _snapshot, small })
        {
            Fill(_outcomes.Count);
            Assert.True(writer.TryBegin(_outcomes.Count, snapshot, "{}"u8, [], TimeSpan.Zero));
            writer.Drain();
        }

        CheckpointInfo latest = _store.FindLatest(out _)!;
        Assert.Equal(["small.safetensors", "state.json"], latest.Files.Select(file => file.Name));
        using SafetensorsReader reader = SafetensorsReader.Open(latest.PathOf("small.safetensors"));
        Assert.Equal(2, BitConverter.ToInt64(reader.GetSpan(reader["w"])));
    }

    [Fact]
    public void Another_way_to_copy_is_used_for_every_tensor_with_bytes()
    {
        int copies = 0;
        using CheckpointWriter writer = new(_store, null, _outcomes.Enqueue, (source, destination, byteLength) =>
        {
            copies++;
            NativeMemory.Fill(destination, (nuint)byteLength, 0x11);
        });
        Assert.True(writer.TryBegin(1, _snapshot, "{}"u8, [], TimeSpan.Zero));
        writer.Drain();
        Assert.Equal(3, copies);
        using SafetensorsReader reader = SafetensorsReader.Open(_store.FindLatest(out _)!.PathOf("model.safetensors"));
        Assert.Equal(-1, reader.GetSpan(reader["weights"]).IndexOfAnyExcept((byte)0x11));
    }

    [Fact]
    public void Disposing_finishes_what_was_begun()
    {
        CheckpointWriter writer = Writer();
        Fill(9);
        Assert.True(writer.TryBegin(9, _snapshot, "{\"at\":9}"u8, [], TimeSpan.Zero));
        writer.Dispose();
        writer.Dispose();
        AssertWritten(9);
        Assert.Throws<ObjectDisposedException>(() => writer.TryBegin(10, _snapshot, "{}"u8, [], TimeSpan.Zero));
        Assert.Throws<ObjectDisposedException>(writer.Drain);
    }

    [Fact]
    public void A_snapshot_that_could_not_be_written_is_refused_at_the_start()
    {
        SafetensorsTensor tensor = Tensor("a", SafetensorsDtype.U8, 1);
        Assert.Throws<SafetensorsException>(() => new CheckpointSnapshotFile("f", [tensor, tensor]));
        Assert.Throws<ArgumentException>(() => new CheckpointSnapshotFile("a/b", [tensor]));
        Assert.Throws<ArgumentException>(() => new CheckpointSnapshotFile("f", [new SafetensorsTensor("m", SafetensorsDtype.U8, [1], new byte[1])]));
        CheckpointSnapshotFile file = new("f", [tensor]);
        Assert.Throws<ArgumentException>(() => new CheckpointSnapshot(file, file));
        Assert.Throws<ArgumentException>(() => new CheckpointSnapshot(new CheckpointSnapshotFile("state.json", [tensor])));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CheckpointWriter(_store, 0, _ => { }));
    }

    private CheckpointWriter Writer() => new(_store, null, _outcomes.Enqueue);

    private SafetensorsTensor Tensor(string name, SafetensorsDtype dtype, int elements) =>
        new(name, dtype, [elements], _weights, elements * SafetensorsDtypes.Bits(dtype) / 8);

    private void Fill(long value) => new Span<long>(_weights, Elements).Fill(value);

    private void AssertWritten(long step)
    {
        CheckpointInfo latest = _store.FindLatest(out IReadOnlyList<CheckpointProblem> skipped)!;
        Assert.Empty(skipped);
        Assert.Equal(step, latest.Step);
        Assert.Equal(["model.safetensors", "optimizer.safetensors", "state.json"], latest.Files.Select(file => file.Name));
        Assert.Equal($"{{\"at\":{step}}}", File.ReadAllText(latest.PathOf("state.json")));
        using SafetensorsReader model = SafetensorsReader.Open(latest.PathOf("model.safetensors"));
        ReadOnlySpan<long> weights = MemoryMarshal.Cast<byte, long>(model.GetSpan(model["weights"]));
        Assert.Equal(Elements, weights.Length);
        Assert.Equal(-1, weights.IndexOfAnyExcept(step));
        Assert.Equal([(byte)step, 0, 0], model.GetSpan(model["odd"]).ToArray());
        using SafetensorsReader optimizer = SafetensorsReader.Open(latest.PathOf("optimizer.safetensors"));
        Assert.Equal("pt", optimizer.Metadata["format"]);
        Assert.Equal([step, step, step, step, step], MemoryMarshal.Cast<byte, long>(optimizer.GetSpan(optimizer["moments"])).ToArray());
        Assert.Equal(0, optimizer["none"].ByteLength);
    }
}
