using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TrainDsl.Batching;
using TrainDsl.Data;
using TrainDsl.Evaluation;
using Xunit;
using static TorchSharp.torch;

namespace TrainDsl.Tests.Data;

/// <summary>What a dataset's Read can rely on: rows of zeros, random numbers of the sample, tensors that do not pile up.</summary>
public sealed class ReadTests
{
    private const int Samples = 24;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void WhatReadDoesNotWriteIsZero(int lanes)
    {
        var dataset = new ReadDataset
        {
            // Samples apart from multiples of three leave most of their row out.
            Reading = static (index, row) => row.Span<float>(1)[..(index % 3 == 0 ? 4 : 1)].Fill(1.0f),
        };
        Dictionary<(long, long), float[]> seen = ReadAll(dataset, new BatchPlan(1, lanes, 1, 1), steps: Samples * 4, static tensors => tensors[1].data<float>().ToArray());

        Assert.All(seen, static sample => Assert.Equal(sample.Key.Item2 % 3 == 0 ? 4.0f : 1.0f, sample.Value.Sum()));
    }

    [Fact]
    public void RandomNumbersAndEpochAreTheSameWhateverThePlanAndWhereItBegins()
    {
        const int Steps = 9;
        var dataset = new ReadDataset { Reading = Draw };
        Dictionary<(long, long), float[]> Values(BatchPlan plan, long firstStep = 0) =>
            ReadAll(dataset, plan, Steps, static tensors => tensors[1].data<float>().ToArray(), firstStep);

        Dictionary<(long Epoch, long Index), float[]> first = Values(new BatchPlan(8, 1, 1, 1));
        Assert.Equal(Steps * 8, first.Count);
        Assert.All(first, static sample => Assert.Equal(sample.Key.Epoch, sample.Value[0]));
        Assert.Equal(first.Count, first.Values.Select(static values => values[1]).Distinct().Count());
        foreach (Dictionary<(long, long), float[]> other in (Dictionary<(long, long), float[]>[])
            [Values(new BatchPlan(2, 1, 1, 4)), Values(new BatchPlan(2, 2, 1, 2)), Values(new BatchPlan(8, 1, 1, 1), firstStep: 5)])
        {
            Assert.NotEmpty(other);
            Assert.All(other, sample => Assert.Equal(first[sample.Key], sample.Value));
        }
    }

    [Fact]
    public void EvaluationDrawsTheSameEachTime()
    {
        var dataset = new ReadDataset { Reading = Draw };
        float[] Values(long microBatch)
        {
            using var pass = new EvaluationPass(dataset, microBatch, CPU);
            var values = new List<float>();
            while (pass.TryNext(out BatchTensors? tensors))
            {
                values.AddRange(tensors[1].data<float>().ToArray());
            }

            return [.. values];
        }

        float[] first = Values(5);
        Assert.All(first.Chunk(4), static sample => Assert.Equal(0.0f, sample[0]));
        Assert.Equal(first, Values(5));
        Assert.Equal(first, Values(7));
    }

    [Fact]
    public void TensorsOfAReadAreDisposedWhenItReturnsOrThrows()
    {
        var made = new List<Tensor>();
        var dataset = new ReadDataset
        {
            Reading = (index, _) =>
            {
                made.Add(ones(1) * 0.5f);
                if (index == 20)
                {
                    throw new InvalidOperationException("The file is gone.");
                }
            },
        };
        using (var pass = new EvaluationPass(dataset, microBatch: 4, CPU))
        {
            Assert.Throws<DatasetException>(() =>
            {
                while (pass.TryNext(out _))
                {
                }
            });
        }

        Assert.Equal(21, made.Count);
        Assert.All(made, static tensor => Assert.True(tensor.IsInvalid));
    }

    [Fact]
    public void ATensorThatWasKeptIsRefusedWithTheCure()
    {
        Tensor? kept = null;
        var dataset = new ReadDataset { Reading = (_, row) => row.Span<float>(1)[0] = (kept ??= ones(1)).item<float>() };
        using var pass = new EvaluationPass(dataset, microBatch: 4, CPU);

        var failure = Assert.Throws<DatasetException>(() => pass.TryNext(out _));

        Assert.Contains("DetachFromDisposeScope", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void AnEmptyValidationDatasetIsRefused(long count)
    {
        var refused = Assert.Throws<DatasetException>(() => DatasetArgument.As<CountingDataset>(new CountingDataset(count)));
        Assert.Contains($"Validation has {count} samples", refused.Message, StringComparison.Ordinal);
    }

    private static void Draw(long index, RowMemory row)
    {
        row.Span<float>(1)[0] = row.Epoch;
        row.Span<float>(1)[1] = row.Random.NextSingle();
        row.Span<float>(1)[2] = (float)row.Random.NextNormal();
        row.Span<float>(1)[3] = row.Random.Next(1000);
    }

    /// <summary>What the samples of each epoch, by epoch and index, came to.</summary>
    private static Dictionary<(long Epoch, long Index), float[]> ReadAll(
        IColumnDataset dataset, BatchPlan plan, long steps, Func<BatchTensors, float[]> valuesOf, long firstStep = 0)
    {
        var seen = new Dictionary<(long, long), float[]>();
        var devices = Enumerable.Repeat(CPU, (int)plan.Replicas).ToArray();
        using var pipeline = new BatchPipeline(
            dataset, new BatchSequence(dataset.Count, plan, dropLast: false), new SampleOrder(dataset.Count, seed: 7, shuffle: true), devices, firstReplica: 0, firstStep, steps);
        for (long step = firstStep; step < steps; step++)
        {
            foreach (BatchLane lane in pipeline.Lanes)
            {
                GlobalBatch batch = lane.NextGlobalBatch(out int microBatches);
                for (int microBatch = 0; microBatch < microBatches; microBatch++)
                {
                    BatchTensors tensors = lane.NextMicroBatch();
                    float[][] values = [.. valuesOf(tensors).Chunk(4)];
                    for (int sample = 0; sample < tensors.Count; sample++)
                    {
                        seen.Add((batch.Epoch, tensors.SampleIndices[sample]), values[sample]);
                    }
                }
            }
        }

        return seen;
    }

    private delegate void Reader(long index, RowMemory row);

    private sealed class ReadDataset : IColumnDataset
    {
        public Reader Reading { get; init; } = static (_, _) => { };

        public long Count => Samples;

        public ColumnLayout Layout { get; } = new(
            new Column("Index", ScalarType.Int64, sizeof(long)), new Column("X", ScalarType.Float32, sizeof(float), 4));

        public void ReadRow(long index, in RowMemory row)
        {
            row.Scalar<long>(0) = index;
            Reading(index, row);
        }
    }
}
