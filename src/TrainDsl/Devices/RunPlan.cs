using System;
using System.ComponentModel;
using System.Globalization;
using TorchSharp;
using TrainDsl.Batching;
using TrainDsl.Devices.Mpi;
using static TorchSharp.torch;

namespace TrainDsl.Devices;

/// <summary>Fits a declared plan to a run: its options, its environment and the devices at hand. The global batch is always kept.</summary>
public static class RunPlan
{
    private const string DevicesVariable = "TRAINDSL_DEVICES";
    private const string NodesVariable = "TRAINDSL_NODES";
    private const string MicroBatchVariable = "TRAINDSL_MICRO_BATCH";

    /// <summary>The plan of a run.</summary>
    /// <param name="declared">The plan that the definition declares.</param>
    /// <param name="options">
    /// What the run asks for. What it leaves open is read from the environment (<c>TRAINDSL_DEVICES</c>, <c>TRAINDSL_NODES</c>,
    /// <c>TRAINDSL_MICRO_BATCH</c>, <c>TRAINDSL_DEVICE</c>); nodes are otherwise as many as processes that MPI's launcher started.
    /// </param>
    /// <returns>The declared plan where nothing else is asked for, else the one that keeps its global batch.</returns>
    /// <exception cref="BatchPlanException">
    /// The global batch cannot be kept with what was asked for, or the machine has fewer devices than the plan needs. The message lists the nearest
    /// plans and says how to accept one.
    /// </exception>
    /// <exception cref="ArgumentException">A variable of the environment is not a number, or the device asked for is not there.</exception>
    public static BatchPlan Fit(BatchPlan declared, TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var request = new FitRequest
        {
            Devices = options.Devices ?? Variable(DevicesVariable),
            Nodes = options.Nodes ?? Variable(NodesVariable) ?? MpiEnvironment.Current.Size,
            MicroBatch = options.MicroBatch ?? Variable(MicroBatchVariable),
        };
        BatchPlan plan = BatchFitting.Fit(declared, request).PlanOrThrow();
        DeviceType type = DeviceSelection.TypeOf(options);
        long visible = type == DeviceType.CUDA ? cuda.device_count() : 0;
        bool accepts = type == DeviceType.CUDA ? plan.Devices <= visible : request.Devices is not null || DeviceSelection.Asked(options) is not null;
        if (plan != declared && MpiEnvironment.Current.Rank is null or 0)
        {
            options.Notices.Tell($"the plan is fitted to this run: {plan}. Declared: {declared}.");
        }

        return plan.Devices == 1 || accepts ? plan : throw TooFewDevices(plan, request with { Devices = Math.Max(1, visible) }, visible);
    }

    /// <summary><see cref="Fit"/> for a loss that couples the samples of its batch: the global batch stays whole.</summary>
    /// <param name="declared">The plan that the definition declares.</param>
    /// <param name="options">What the run asks for.</param>
    /// <returns>The declared plan.</returns>
    /// <exception cref="BatchPlanException">Another plan, or an automatic micro-batch, is asked for.</exception>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static BatchPlan FitWhole(BatchPlan declared, TrainingOptions options)
    {
        BatchPlan plan = Fit(declared, options);
        if (plan != declared)
        {
            throw new BatchPlanException(
                $"The loss couples the samples of its batch, so that the global batch of {declared.GlobalBatch} is one micro-batch; {plan} was asked for, and the mean over its "
                + "micro-batches is another objective. Leave MicroBatch, Devices and Nodes of the TrainingOptions and their environment variables unset.",
                [declared]);
        }

        return options.AutoMicroBatch != true ? plan : throw new BatchPlanException(
            "The loss couples the samples of its batch, and AutoMicroBatch in the TrainingOptions would halve it if memory runs out, which changes the objective. Leave it unset.",
            [declared]);
    }

    private static BatchPlanException TooFewDevices(BatchPlan plan, FitRequest request, long visible)
    {
        string found = visible == 0 ? "libtorch finds no CUDA device here"
            : $"libtorch finds {visible} CUDA device{(visible == 1 ? "" : "s")} here";
        string problem = $"The plan needs {plan.Devices} devices (global {plan.GlobalBatch} = micro {plan.MicroBatch} x devices {plan.Devices} x nodes {plan.Nodes} x "
            + $"accumulation {plan.Accumulation}), and {found}.";
        FitResult fitted = BatchFitting.Fit(plan, request);
        if (!fitted.TryGetPlan(out BatchPlan instead, out string? message))
        {
            return new BatchPlanException(problem + " " + message, fitted.Nearest);
        }

        string where = visible == 0 ? "On the CPU" : "With these";
        string onCpu = visible > 0 ? "" : $", or train {plan.Devices} replicas on the CPU with Device = DeviceType.CPU (or TRAINDSL_DEVICE=cpu)";
        return new BatchPlanException(
            $"{problem} {where} it would train {instead}, the same global batch: accept that with Devices = {instead.Devices} in the TrainingOptions "
            + $"(or {DevicesVariable}={instead.Devices} in the environment){onCpu}.",
            [instead]);
    }

    private static long? Variable(string name)
    {
        string? text = Environment.GetEnvironmentVariable(name);
        return string.IsNullOrWhiteSpace(text) ? null
            : long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out long value) ? value
            : throw new ArgumentException($"The environment variable {name} is '{text}'; a whole number of at least 1 is expected. Correct or unset it.");
    }
}
