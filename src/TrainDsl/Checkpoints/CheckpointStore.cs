using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.IO.Hashing;
using System.Linq;
using Microsoft.Win32.SafeHandles;

namespace TrainDsl.Checkpoints;

/// <summary>
/// A folder of checkpoints that holds a loadable one at every instant once the first has been written, however the process or the machine dies.
/// A checkpoint is written under a temporary name, every file and the folder flushed to disk, and only then renamed to its visible name and the
/// parent flushed; one is removed by first renaming it back to a temporary name. So a visible name means a whole checkpoint, and which one is the
/// latest is found by looking at all of them: no pointer file can be wrong.
/// </summary>
/// <remarks>
/// One process at a time (<see cref="CheckpointFolderLock"/>), and one thread at a time. Removing and moving follow no link, and remove nothing but what
/// the store has written (<see cref="CheckpointRemoval"/>).
/// </remarks>
internal sealed class CheckpointStore
{
    private readonly IFileOperations _operations;
    private readonly CheckpointRemoval _removal;
    private readonly IReadOnlyList<string> _required;
    private readonly HashSet<string> _told = [];
    private readonly List<string> _notes = [];
    private List<CheckpointName> _superseded = [];

    /// <param name="folder">The folder; it and its parents are created with the first checkpoint.</param>
    /// <param name="operations">The file system; null for the real one.</param>
    /// <param name="required">The files that a manifest has to list; null for none.</param>
    public CheckpointStore(string folder, IFileOperations? operations = null, IReadOnlyList<string>? required = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        Folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        _operations = operations ?? DiskFileOperations.Instance;
        _removal = new CheckpointRemoval(_operations);
        _required = required ?? [];
    }

    /// <summary>The full path of the folder.</summary>
    public string Folder { get; }

    /// <summary>Writes a checkpoint. When it returns, the checkpoint is durable; when it throws, no visible one is damaged or half-written.</summary>
    /// <param name="step">The optimizer steps done, 0 or more. A step may be written again: the later one counts.</param>
    /// <param name="files">The files, each with a plain name of its own.</param>
    /// <exception cref="CheckpointIOException">The disk or the folder refuses.</exception>
    public CheckpointInfo Write(long step, IReadOnlyList<CheckpointFile> files)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        ValidateNames(files);

        string at = Folder;
        string? temporary = null;
        try
        {
            EnsureFolder();
            CheckpointName name = NextFree(step);
            at = temporary = Path.Combine(Folder, name.ToTemporary());
            _operations.CreateDirectory(temporary);

            List<CheckpointManifestFile> written = [];
            foreach (CheckpointFile file in files)
            {
                at = Path.Combine(temporary, file.Name);
                written.Add(WriteFile(at, file));
            }

            at = Path.Combine(temporary, CheckpointManifest.FileName);
            byte[] manifest = new CheckpointManifest(step, written).ToJson();
            WriteFile(at, new CheckpointFile(CheckpointManifest.FileName, stream => stream.Write(manifest)));

            at = temporary;
            _operations.FlushDirectory(temporary);
            at = Path.Combine(Folder, name.ToString());
            _operations.RenameDirectory(temporary, at);
            _operations.FlushDirectory(Folder);
            return new CheckpointInfo(name, at, written);
        }
        catch (Exception e)
        {
            RemoveFailed(temporary, files);
            if (CheckpointIOException.IsFileSystemFailure(e))
            {
                throw CheckpointIOException.From($"write the checkpoint of step {step}", at, e);
            }

            throw;
        }
    }

    /// <summary>Lists the checkpoints, newest first, judged by their manifests and the sizes of their files.</summary>
    /// <exception cref="CheckpointIOException">The folder is there but cannot be listed.</exception>
    public CheckpointListing List()
    {
        List<CheckpointInfo> good = [];
        List<CheckpointProblem> skipped = [];
        foreach (CheckpointName name in Names().OrderDescending())
        {
            string folder = Path.Combine(Folder, name.ToString());
            if (Inspect(name, folder, _required, out CheckpointProblem? problem) is { } info)
            {
                good.Add(info);
            }
            else
            {
                skipped.Add(problem!);
            }
        }

        return new CheckpointListing(good, skipped);
    }

    /// <summary>Finds the newest checkpoint of which every file has the checksum that it was written with.</summary>
    /// <param name="skipped">The newer ones that were passed over, and why; newest first.</param>
    /// <returns>The checkpoint, or null where there is none to be used.</returns>
    /// <exception cref="CheckpointIOException">The folder is there but cannot be listed.</exception>
    public CheckpointInfo? FindLatest(out IReadOnlyList<CheckpointProblem> skipped)
    {
        List<CheckpointProblem> problems = [];
        skipped = problems;
        foreach (CheckpointName name in Names().OrderDescending())
        {
            CheckpointInfo? info = Inspect(name, Path.Combine(Folder, name.ToString()), _required, out CheckpointProblem? problem);
            problem ??= Verify(info!);
            if (problem is null)
            {
                return info;
            }

            problems.Add(problem);
        }

        return null;
    }

    /// <summary>Finds the checkpoint in a folder, whatever the folder is called, and verifies every file of it.</summary>
    /// <param name="folder">The checkpoint's own folder.</param>
    /// <param name="required">The files that its manifest has to list.</param>
    /// <param name="reason">Why it is not usable; empty if it is.</param>
    /// <returns>The checkpoint, or null if it is not usable.</returns>
    public static CheckpointInfo? Open(string folder, IReadOnlyList<string> required, out string reason)
    {
        try
        {
            CheckpointManifest? manifest = CheckpointManifest.Read(Path.Combine(folder, CheckpointManifest.FileName), out reason, out _);
            if (manifest is null || manifest.Step < 0)
            {
                reason = reason.Length > 0 ? reason : $"{CheckpointManifest.FileName} is of step {manifest!.Step}";
                return null;
            }

            CheckpointInfo info = new(new CheckpointName(manifest.Step, 1), folder, manifest.Files);
            reason = FileProblem(folder, manifest, required);
            reason = reason.Length > 0 ? reason : Verify(info)?.Reason ?? string.Empty;
            return reason.Length == 0 ? info : null;
        }
        catch (Exception e) when (CheckpointIOException.IsFileSystemFailure(e))
        {
            reason = $"it cannot be read: {e.Message}";
            return null;
        }
    }

    /// <summary>
    /// Says that the checkpoints of later steps are of a run that this one does not go on from: <see cref="MoveSupersededAside"/> moves them once the
    /// first one of this run is durable. Only for the holder of the folder's lock, before its first write.
    /// </summary>
    /// <param name="step">The step that a run goes on from; -1 for all checkpoints.</param>
    /// <exception cref="CheckpointIOException">The folder is there but cannot be listed.</exception>
    public void Supersede(long step) => _superseded = [.. Names().Where(name => name.Step > step).Order()];

    /// <summary>
    /// Moves the checkpoints that <see cref="Supersede"/> found into a subfolder, where they neither count as the newest nor are removed. To be called
    /// after <see cref="Write"/> has returned: until then they are the ones that a run can go on from.
    /// </summary>
    /// <exception cref="CheckpointIOException">One could not be moved; another call tries again.</exception>
    public void MoveSupersededAside()
    {
        if (_superseded.Count == 0)
        {
            return;
        }

        string now = DateTime.UtcNow.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);
        string target = Path.Combine(Folder, $"earlier-{now}-{Guid.NewGuid().ToString("n")[..4]}");
        try
        {
            _operations.CreateDirectory(target);

            // The newest last: it counts as the latest until it is gone.
            while (_superseded.Count > 0)
            {
                string name = _superseded[0].ToString();
                if (Directory.Exists(Path.Combine(Folder, name)))
                {
                    MoveEntry(Path.Combine(Folder, name), Path.Combine(target, name));
                }

                _superseded.RemoveAt(0);
            }

            _operations.FlushDirectory(target);
            _operations.FlushDirectory(Folder);
            _notes.Add($"checkpoints of an earlier run in '{Folder}' were moved to '{target}'.");
        }
        catch (Exception e) when (CheckpointIOException.IsFileSystemFailure(e))
        {
            throw CheckpointIOException.From("move the checkpoints of an earlier run aside", target, e);
        }
    }

    /// <summary>Whether a folder is one of this store's checkpoints, however its path is spelled and whatever links lead to it.</summary>
    /// <exception cref="CheckpointIOException">The folder is there but cannot be listed.</exception>
    public bool Contains(string checkpoint) => Names().Any(name => ResolvedPath.AreSame(Path.Combine(Folder, name.ToString()), checkpoint));

    /// <summary>What the user should know of what was removed, moved or left since the last call, as sentences.</summary>
    public IReadOnlyList<string> TakeNotes()
    {
        string[] notes = [.. _notes];
        _notes.Clear();
        return notes;
    }

    /// <summary>Reads all files of a checkpoint and compares their checksums with the manifest's.</summary>
    /// <returns>Null where all agree, else what does not.</returns>
    public static CheckpointProblem? Verify(CheckpointInfo checkpoint)
    {
        foreach (CheckpointManifestFile file in checkpoint.Files)
        {
            try
            {
                XxHash128 hash = new();

                // Nothing is to be read of an empty file, and a pipe or a device, which is one by its size, is not to be opened.
                if (file.Size > 0)
                {
                    using FileStream stream = RegularFile.Open(checkpoint.PathOf(file.Name));
                    hash.Append(stream);
                }

                string found = Convert.ToHexStringLower(hash.GetCurrentHash());
                if (found != file.Checksum)
                {
                    return Skipped(
                        checkpoint, CheckpointProblemKind.Damaged, $"{file.Name} has the checksum {found}, and {file.Checksum} was written");
                }
            }
            catch (Exception e) when (CheckpointIOException.IsFileSystemFailure(e))
            {
                return Skipped(checkpoint, CheckpointProblemKind.Unreadable, $"{file.Name} cannot be read: {e.Message}");
            }
        }

        return null;
    }

    /// <summary>
    /// Removes all but the newest checkpoints, and the protected ones. To be called after <see cref="Write"/> has returned. Damaged checkpoints
    /// older than the newest kept go too; ones that cannot be read, have no manifest, or come from a newer version, stay.
    /// </summary>
    /// <param name="keep">How many of the newest steps to keep, at least 1.</param>
    /// <param name="protectedSteps">Steps to keep whatever their age, such as that of the best metric.</param>
    /// <exception cref="CheckpointIOException">One could not be removed; the others have been.</exception>
    public void Prune(int keep, ReadOnlySpan<long> protectedSteps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(keep, 1);
        CheckpointListing listing = List();
        if (listing.Good.Count == 0)
        {
            return;
        }

        HashSet<long> seen = [];
        List<CheckpointName> removed = [];
        foreach (CheckpointInfo checkpoint in listing.Good)
        {
            // An earlier revision of a step is never needed beside a later one.
            bool latestOfStep = seen.Add(checkpoint.Step);
            if (!latestOfStep || (seen.Count > keep && !protectedSteps.Contains(checkpoint.Step)))
            {
                removed.Add(checkpoint.Name);
            }
        }

        CheckpointName newest = listing.Good[0].Name;
        removed.AddRange(listing.Skipped
            .Where(problem => problem.Kind == CheckpointProblemKind.Damaged && problem.Name.CompareTo(newest) < 0)
            .Select(problem => problem.Name));
        ForEach(removed, "remove an old checkpoint", name => Path.Combine(Folder, name.ToString()), RemoveVisible);
    }

    /// <summary>Removes what runs left that died while writing or removing a checkpoint. Only for the holder of the folder's lock, before its
    /// first write.</summary>
    /// <returns>How many were removed.</returns>
    /// <exception cref="CheckpointIOException">One could not be removed; the others have been.</exception>
    public int RemoveLeftovers()
    {
        int removed = 0;
        ForEach(
            Folders().Where(CheckpointName.IsTemporary),
            "remove what an interrupted run left",
            name => Path.Combine(Folder, name),
            name =>
            {
                string folder = Path.Combine(Folder, name);
                if (_removal.RemoveTemporary(folder))
                {
                    removed++;
                }
                else
                {
                    Leave(folder, "it holds files that no run has written there");
                }
            });
        return removed;
    }

    private static void ValidateNames(IReadOnlyList<CheckpointFile> files)
    {
        HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);
        foreach (CheckpointFile file in files)
        {
            if (!CheckpointManifest.IsPlainFileName(file.Name) || !names.Add(file.Name))
            {
                throw new ArgumentException(
                    $"'{file.Name}' cannot name a file of a checkpoint: expected a distinct name of letters, digits, '.', '_' and '-', other than "
                    + $"{CheckpointManifest.FileName}.",
                    nameof(files));
            }
        }
    }

    /// <summary>Creates the folder with its missing parents, and makes each durable in the one above.</summary>
    private void EnsureFolder()
    {
        Stack<string> missing = new();
        for (string? path = Folder; path is not null && !Directory.Exists(path); path = Path.GetDirectoryName(path))
        {
            missing.Push(path);
        }

        foreach (string path in missing)
        {
            _operations.CreateDirectory(path);
            _operations.FlushDirectory(Path.GetDirectoryName(path)!);
        }
    }

    private CheckpointName NextFree(long step)
    {
        int last = Names().Where(name => name.Step == step).Select(name => name.Revision).DefaultIfEmpty(0).Max();
        CheckpointName free = new(step, last + 1);

        // A file or a link to nowhere may have the name as well.
        while ((int)new FileInfo(Path.Combine(Folder, free.ToString())).Attributes != -1)
        {
            free = free with { Revision = free.Revision + 1 };
        }

        return free;
    }

    private CheckpointManifestFile WriteFile(string path, CheckpointFile file)
    {
        using SafeFileHandle handle = _operations.CreateFile(path);
        using CheckpointFileStream stream = new(_operations, handle);
        file.WriteTo(stream);
        _operations.FlushFile(handle);
        return new CheckpointManifestFile(file.Name, stream.Length, stream.Checksum);
    }

    private static CheckpointInfo? Inspect(CheckpointName name, string folder, IReadOnlyList<string> required, out CheckpointProblem? problem)
    {
        try
        {
            CheckpointManifest? manifest = CheckpointManifest.Read(
                Path.Combine(folder, CheckpointManifest.FileName), out string reason, out CheckpointProblemKind kind);
            if (manifest is not null && manifest.Step != name.Step)
            {
                reason = $"{CheckpointManifest.FileName} is of step {manifest.Step}";
            }
            else if (manifest is not null)
            {
                reason = FileProblem(folder, manifest, required);
            }

            CheckpointInfo info = new(name, folder, manifest?.Files ?? []);
            problem = reason.Length == 0 ? null : Skipped(info, kind, reason);
            return problem is null ? info : null;
        }
        catch (Exception e) when (CheckpointIOException.IsFileSystemFailure(e))
        {
            problem = new CheckpointProblem(name, folder, CheckpointProblemKind.Unreadable, $"it cannot be read: {e.Message}");
            return null;
        }
    }

    /// <summary>What is wrong with the files that a manifest lists, by their names and sizes; empty if nothing is.</summary>
    private static string FileProblem(string folder, CheckpointManifest manifest, IReadOnlyList<string> required)
    {
        string? unlisted = required.FirstOrDefault(name => manifest.Files.All(file => file.Name != name));
        return unlisted is not null
            ? $"{CheckpointManifest.FileName} does not list {unlisted}"
            : manifest.Files.Select(file => SizeProblem(folder, file)).FirstOrDefault(static found => found.Length > 0, string.Empty);
    }

    private static string SizeProblem(string folder, CheckpointManifestFile file)
    {
        FileInfo found = new(Path.Combine(folder, file.Name));
        return !found.Exists ? $"{file.Name} is missing"
            : found.LinkTarget is not null ? $"{file.Name} is a link, and a regular file was written"
            : found.Length != file.Size ? $"{file.Name} has {found.Length} bytes, and {file.Size} were written"
            : string.Empty;
    }

    private static CheckpointProblem Skipped(CheckpointInfo checkpoint, CheckpointProblemKind kind, string reason) =>
        new(checkpoint.Name, checkpoint.Folder, kind, reason);

    private IEnumerable<CheckpointName> Names()
    {
        foreach (string folder in Folders())
        {
            if (CheckpointName.TryParse(folder, out CheckpointName name))
            {
                yield return name;
            }
        }
    }

    /// <summary>The names of the folders within; none where the folder does not exist yet.</summary>
    private List<string> Folders()
    {
        try
        {
            return Directory.Exists(Folder) ? [.. Directory.EnumerateDirectories(Folder).Select(path => Path.GetFileName(path))] : [];
        }
        catch (Exception e) when (CheckpointIOException.IsFileSystemFailure(e))
        {
            throw CheckpointIOException.From("list the checkpoints", Folder, e);
        }
    }

    /// <summary>Does something to several folders; goes on after a failure and throws the first one at the end.</summary>
    private static void ForEach<T>(IEnumerable<T> items, string action, Func<T, string> pathOf, Action<T> remove)
    {
        CheckpointIOException? first = null;
        foreach (T item in items)
        {
            try
            {
                remove(item);
            }
            catch (Exception e) when (CheckpointIOException.IsFileSystemFailure(e))
            {
                first ??= CheckpointIOException.From(action, pathOf(item), e);
            }
        }

        if (first is not null)
        {
            throw first;
        }
    }

    private void RemoveVisible(CheckpointName name)
    {
        string folder = Path.Combine(Folder, name.ToString());
        if (CheckpointRemoval.IsLink(folder))
        {
            _removal.RemoveLink(folder);
            return;
        }

        if (CheckpointRemoval.NamedByManifest(folder) is not { } files)
        {
            Leave(folder, "no manifest says which of its files are a checkpoint's");
            return;
        }

        // The rename must be durable before the first file goes, or a power cut could bring back the visible name with files missing.
        string hidden = Path.Combine(Folder, name.ToTemporary());
        _operations.RenameDirectory(folder, hidden);
        _operations.FlushDirectory(Folder);
        if (!_removal.Remove(hidden, files))
        {
            _operations.RenameDirectory(hidden, folder);
            Leave(folder, "it holds files that its manifest does not name");
        }
    }

    private void Leave(string folder, string why)
    {
        if (_told.Add(folder))
        {
            _notes.Add($"'{folder}' stays: {why}. Remove it by hand if it is not needed.");
        }
    }

    /// <summary>Moves a checkpoint, or the link to one, into a folder of this one.</summary>
    private void MoveEntry(string from, string to)
    {
        if (new DirectoryInfo(from).LinkTarget is { } target && !Path.IsPathFullyQualified(target))
        {
            // From elsewhere a relative link would lead elsewhere.
            Directory.CreateSymbolicLink(to, Path.GetFullPath(target, Folder));
            _removal.RemoveLink(from);
        }
        else
        {
            _operations.RenameDirectory(from, to);
        }
    }

    private void RemoveFailed(string? temporary, IReadOnlyList<CheckpointFile> files)
    {
        try
        {
            if (temporary is not null && Directory.Exists(temporary))
            {
                _removal.Remove(temporary, files.Select(static file => file.Name));
            }
        }
        catch (Exception e) when (CheckpointIOException.IsFileSystemFailure(e))
        {
            // The reason why the write failed is what the user needs to hear; the hidden remains go with the next run's RemoveLeftovers.
        }
    }
}
