using System;
using TrainDsl.Checkpoints;
using TrainDsl.Stepping;
using static TorchSharp.torch;

namespace TrainDsl.Data;

/// <summary>
/// Reads samples into staging memory, on whichever thread: begins each with a row of zeros and random numbers of its own, and disposes the tensors that
/// <c>Read</c> made once it returns.
/// </summary>
internal sealed class SampleReader
{
    /// <summary>How often a micro-batch is read before a dataset is taken to draw.</summary>
    internal const int Attempts = 8;

    private readonly IColumnDataset _dataset;
    private readonly SampleOrder _order;
    private readonly DatasetUse _use;
    private readonly ReadingCost _cost;
    private readonly SampleRandom _random = new();

    internal SampleReader(IColumnDataset dataset, SampleOrder order, ReadingCost cost)
    {
        _dataset = dataset;
        _order = order;
        _cost = cost;
        _use = DatasetUse.Of(dataset);
    }

    /// <summary>The sample that is being read, by this reader or another one of the dataset; null where none is.</summary>
    internal long? Sample => _use.Sample;

    /// <summary>
    /// Whether <c>Read</c> draws from libtorch's generator, which training draws from too: reading then brings a state of the generator's with it, and may go
    /// on only while nothing else draws.
    /// </summary>
    internal bool OwnsGenerator { get; private set; }

    /// <summary>Whether <c>Read</c> is still watched for draws from libtorch's generator, which nothing else may draw from meanwhile.</summary>
    /// <remarks>It is for the first micro-batch alone, which training has to wait for anyway.</remarks>
    internal bool Watches { get; private set; } = true;

    /// <summary>Reads a micro-batch.</summary>
    /// <param name="slot">Where to.</param>
    /// <param name="epoch">The epoch.</param>
    /// <param name="start">The first position in the epoch.</param>
    /// <param name="samples">The samples.</param>
    /// <param name="scope">What the tensors that <c>Read</c> makes go to: the innermost step scope of this thread, closed.</param>
    /// <returns>Whether it was read; false where <c>Read</c> was found to draw from libtorch's generator, whose state is brought back.</returns>
    /// <exception cref="DatasetException">A sample could not be read.</exception>
    internal bool Read(StagingSlot slot, long epoch, long start, int samples, StepScope scope)
    {
        lock (_use.Lock)
        {
            long began = _cost.Now;
            if (OwnsGenerator)
            {
                ReadWithGenerator(slot, epoch, start, samples, scope);
            }
            else if (Watches)
            {
                OwnsGenerator = DrawsWhileReading(slot, epoch, start, samples, scope);
                Watches = false;
                if (OwnsGenerator)
                {
                    return false;
                }
            }
            else
            {
                ReadSamples(slot, epoch, start, samples, scope);
            }

            slot.Filled(samples);
            _cost.Add(_cost.Now - began);
            return true;
        }
    }

    private void ReadSamples(StagingSlot slot, long epoch, long start, int samples, StepScope scope)
    {
        for (int row = 0; row < samples; row++)
        {
            ReadSample(slot, row, epoch, start + row, scope);
        }
    }

    /// <summary>Reads a micro-batch, and again where the generator has moved meanwhile: another run of the process may have moved it, but not each time.</summary>
    /// <returns>Whether <c>Read</c> moves it, whose state is then as it was.</returns>
    private bool DrawsWhileReading(StagingSlot slot, long epoch, long start, int samples, StepScope scope)
    {
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            (byte[] before, byte[]? given) = StateOfGenerator();
            ReadSamples(slot, epoch, start, samples, scope);
            if (!RandomState.BringBack(before, given))
            {
                return false;
            }
        }

        return true;
    }

    private static (byte[] State, byte[]? Given) StateOfGenerator()
    {
        lock (RandomState.Gate)
        {
            return (RandomState.Capture(), RandomState.Given);
        }
    }

    private void ReadWithGenerator(StagingSlot slot, long epoch, long start, int samples, StepScope scope)
    {
        // libtorch's own, which is not to be disposed.
        Generator generator = Generator.Default;
        using Tensor training = generator.get_state().DetachFromDisposeScope();
        try
        {
            for (int row = 0; row < samples; row++)
            {
                generator.manual_seed(unchecked((long)_order.RandomKey(epoch, start + row)));
                ReadSample(slot, row, epoch, start + row, scope);
            }
        }
        finally
        {
            generator.set_state(training);
        }
    }

    private void ReadSample(StagingSlot slot, int row, long epoch, long position, StepScope scope)
    {
        long index = _order[epoch, position];
        slot.SampleIndices[row] = index;
        _random.Restart(_order.RandomKey(epoch, position));
        RowMemory memory = slot.Row(row, _random, epoch);
        memory.Clear();
        _use.Begin(index);
        scope.Open();
        try
        {
            _dataset.ReadRow(index, memory);
        }
        catch (Exception failure)
        {
            throw new DatasetException(index, failure);
        }
        finally
        {
            _use.End();
            scope.Clear();
        }
    }
}
