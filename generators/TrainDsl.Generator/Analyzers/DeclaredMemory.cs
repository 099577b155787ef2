using TrainDsl.Batching;
using TrainDsl.Generator.Parsing;

namespace TrainDsl.Generator.Analyzers;

/// <summary>The memory that a training definition declares, in MiB, and the plan that suits it.</summary>
internal readonly struct DeclaredMemory
{
    /// <summary>The argument of <c>Devices</c>.</summary>
    public const string OfDeviceName = "MemoryMiB";

    /// <summary>The argument of <c>MicroBatch</c>.</summary>
    public const string OfSampleName = "MemoryMiBPerSample";

    private readonly BatchPlan _plan;

    private DeclaredMemory(BatchPlan plan, double ofDevice, double ofSample)
    {
        _plan = plan;
        OfDevice = ofDevice;
        OfSample = ofSample;
    }

    /// <summary>What micro-batches may take of one device.</summary>
    public double OfDevice { get; }

    /// <summary>What one sample takes.</summary>
    public double OfSample { get; }

    /// <summary>Samples of one device's share of the global batch.</summary>
    public long Share => _plan.MicroBatch * _plan.Accumulation;

    /// <summary>Whether a device can take its whole share at once.</summary>
    public bool FitsShare => Share <= BatchArithmetic.LargestMicroBatch && Share * OfSample <= OfDevice;

    /// <summary>Whether a device can take a micro-batch.</summary>
    public bool FitsMicroBatch => _plan.MicroBatch * OfSample <= OfDevice;

    /// <summary>
    /// The plan of the same global batch with the largest micro-batch that fits; null where the declared one is it, or where not one sample fits.
    /// </summary>
    public BatchPlan? Better
    {
        get
        {
            double samples = OfDevice / OfSample;
            if ((FitsMicroBatch && !FitsShare) || samples < 1.0)
            {
                return null;
            }

            long limit = samples >= Share ? Share : (long)samples;
            long microBatch = Divisors.LargestUpTo(limit, Share);
            return microBatch == _plan.MicroBatch ? null : new BatchPlan(microBatch, _plan.Devices, _plan.Nodes, Share / microBatch);
        }
    }

    /// <summary>What a definition declares; null where it declares one of both or none, or something that is no memory.</summary>
    public static DeclaredMemory? Of(TrainingAttributes attributes, BatchPlan plan)
        => attributes.Devices?.Named<double>(OfDeviceName) is { } device && attributes.MicroBatch?.Named<double>(OfSampleName) is { } sample
            && IsMemory(device) && IsMemory(sample)
                ? new DeclaredMemory(plan, device, sample)
                : null;

    /// <summary>Whether a number is one of MiB.</summary>
    public static bool IsMemory(double value) => value > 0.0 && !double.IsInfinity(value);
}
