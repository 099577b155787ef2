using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace TrainDsl.Checkpoints;

/// <summary>The checkpoint that a run goes on from, which fits its definition.</summary>
internal sealed class ResumePoint : IDisposable
{
    private SafetensorsReader? _model;
    private SafetensorsReader? _optimizer;

    private ResumePoint(CheckpointInfo checkpoint, RunDefinition definition, RunProgress progress)
    {
        Checkpoint = checkpoint;
        Definition = definition;
        Progress = progress;
    }

    public CheckpointInfo Checkpoint { get; }

    /// <summary>The definition that it was made by.</summary>
    public RunDefinition Definition { get; }

    public RunProgress Progress { get; }

    /// <summary>Finds the checkpoint that a run asks for.</summary>
    /// <param name="resume">Which one.</param>
    /// <param name="store">The run's checkpoint folder.</param>
    /// <param name="definition">The run.</param>
    /// <param name="tell">Told what was passed over.</param>
    /// <returns>The checkpoint; null where the run begins anew.</returns>
    /// <exception cref="ResumeException">There is none where one was named, it is damaged, or the run would not go on as it began.</exception>
    /// <exception cref="CheckpointIOException">The folder cannot be listed.</exception>
    public static ResumePoint? Find(Resume resume, CheckpointStore store, RunDefinition definition, Action<string> tell)
    {
        if (ReferenceEquals(resume, Resume.None))
        {
            return null;
        }

        CheckpointInfo? checkpoint;
        if (ReferenceEquals(resume, Resume.Best))
        {
            checkpoint = Best(store, tell);
        }
        else if (resume.Path is { } path && File.Exists(Path.Combine(path, CheckpointManifest.FileName)))
        {
            checkpoint = CheckpointStore.Open(path, RunTensors.Files, out string reason)
                ?? throw new ResumeException(path, $"{reason}. Resume from another one.");
        }
        else
        {
            checkpoint = Latest(resume.Path is null ? store : new CheckpointStore(resume.Path, required: RunTensors.Files), tell);
            if (checkpoint is null && resume.Path is not null)
            {
                throw new ResumeException(resume.Path, "it is no checkpoint, and holds none that is whole. Check the path.");
            }
        }

        if (checkpoint is null)
        {
            tell($"there is no checkpoint in '{store.Folder}' to resume from: the run begins anew.");
            return null;
        }

        (RunDefinition found, RunProgress progress) = StateFile.Read(checkpoint.Folder, checkpoint.PathOf(CheckpointSnapshot.StateFile));
        List<ResumeDifference> differences = DefinitionComparison.Differences(found, definition);
        if (differences.Count > 0)
        {
            throw new ResumeException(checkpoint.Folder, differences);
        }

        if (progress.Step != checkpoint.Step || progress.Step > definition.TotalSteps)
        {
            throw new ResumeException(
                checkpoint.Folder,
                progress.Step != checkpoint.Step
                    ? $"its state is of step {progress.Step}, its manifest of step {checkpoint.Step}. Resume from another one."
                    : $"it is of step {progress.Step}, and this run ends at step {definition.TotalSteps}. Declare more epochs or steps.");
        }

        return new ResumePoint(checkpoint, found, progress);
    }

    /// <summary>Opens the tensors and makes sure that they are those of this run.</summary>
    /// <exception cref="ResumeException">They are not, or cannot be read.</exception>
    public (SafetensorsReader Model, SafetensorsReader Optimizer) Open(RunTensors tensors)
    {
        try
        {
            _model = SafetensorsReader.Open(Checkpoint.PathOf(RunTensors.ModelFile));
            _optimizer = SafetensorsReader.Open(Checkpoint.PathOf(RunTensors.OptimizerFile));
        }
        catch (Exception e) when (e is SafetensorsException || CheckpointIOException.IsFileSystemFailure(e))
        {
            throw new ResumeException(Checkpoint.Folder, $"{e.Message} Resume from another one.", e);
        }

        List<ResumeDifference> differences = tensors.Differences(_model, _optimizer);
        if (differences.Count > 0)
        {
            throw new ResumeException(Checkpoint.Folder, differences);
        }

        RandomState.Validate(Checkpoint.Folder, Progress.CpuRandom);
        return (_model, _optimizer);
    }

    public void Dispose()
    {
        _model?.Dispose();
        _optimizer?.Dispose();
    }

    /// <summary>The checkpoint that the newest one names as the best.</summary>
    private static CheckpointInfo Best(CheckpointStore store, Action<string> tell)
    {
        if (Latest(store, tell) is not { } latest)
        {
            throw new ResumeException(store.Folder, "it holds no checkpoint that is whole, and so no best one. Use Resume.Latest, or check the path.");
        }

        BestMetric best = StateFile.Read(latest.Folder, latest.PathOf(CheckpointSnapshot.StateFile)).Progress.Best
            ?? throw new ResumeException(store.Folder, "no best checkpoint was kept in it. Declare [Checkpoint(KeepBest = ...)], or use Resume.Latest.");
        CheckpointInfo checkpoint = store.List().Good.FirstOrDefault(good => good.Step == best.Step) ?? throw new ResumeException(
            store.Folder, $"the best checkpoint, of step {best.Step}, is not in it. Resume from it where it is, or use Resume.Latest.");
        return CheckpointStore.Verify(checkpoint) is { } problem
            ? throw new ResumeException(checkpoint.Folder, $"{problem.Reason}. Resume from another one.")
            : checkpoint;
    }

    private static CheckpointInfo? Latest(CheckpointStore store, Action<string> tell)
    {
        CheckpointInfo? latest = store.FindLatest(out IReadOnlyList<CheckpointProblem> skipped);
        foreach (CheckpointProblem problem in skipped)
        {
            tell(problem.ToString());
        }

        CheckpointProblem? newer = skipped.FirstOrDefault(static problem => problem.Kind == CheckpointProblemKind.NewerFormat);
        return newer is null ? latest : throw new ResumeException(newer.Folder, $"{newer.Reason}.");
    }
}
