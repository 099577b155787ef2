using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;

namespace TrainDsl.Generator.Parsing;

/// <summary>What a project declares, bodies aside: the same object for compilations that differ in no more than bodies.</summary>
/// <remarks>
/// Parsing a definition reads names, types, signatures, attributes and constants from anywhere in the project, but bodies, and initializers of fields
/// that are not constant, from the class itself alone; the one exception, the length of a dataset, is compared too. What needs more than that belongs into an analyzer.
/// </remarks>
internal sealed class DeclaredState
{
    // As many as the projects that are edited in turn.
    private const int MostRecent = 8;

    private static readonly ConditionalWeakTable<Compilation, DeclaredState> s_states = new();
    private static readonly List<WeakReference<DeclaredState>> s_recent = [];

    // The latest compilation's: the next edit is one of that, so that few files differ.
    private volatile Project _latest;

    private DeclaredState(Compilation compilation) => _latest = new Project(compilation);

    /// <summary>The state of a compilation: an earlier one's, if that declares the same.</summary>
    public static DeclaredState Of(Compilation compilation)
    {
        if (s_states.TryGetValue(compilation, out DeclaredState? known))
        {
            return known;
        }

        // The definition that is edited asks first and has no earlier result to ask: without this, all others would be read again.
        foreach (DeclaredState recent in Recent())
        {
            var project = new Project(compilation);
            if (recent._latest.DeclaresTheSameAs(project))
            {
                recent._latest = project;
                return s_states.GetValue(compilation, _ => recent);
            }
        }

        return Remember(s_states.GetValue(compilation, static compilation => new DeclaredState(compilation)));
    }

    /// <summary>Whether a compilation declares the same.</summary>
    public bool Describes(Compilation compilation)
    {
        if (s_states.TryGetValue(compilation, out DeclaredState? known))
        {
            return ReferenceEquals(known, this);
        }

        var project = new Project(compilation);
        bool isSame = _latest.DeclaresTheSameAs(project);
        if (isSame)
        {
            _latest = project;
        }

        // Found out once for all definitions: the others look it up.
        return ReferenceEquals(Remember(s_states.GetValue(compilation, compilation => isSame ? this : new DeclaredState(compilation))), this);
    }

    private static DeclaredState[] Recent()
    {
        lock (s_recent)
        {
            s_recent.RemoveAll(static held => !held.TryGetTarget(out _));
            return [.. s_recent.Select(static held => held.TryGetTarget(out DeclaredState? state) ? state : null).OfType<DeclaredState>()];
        }
    }

    private static DeclaredState Remember(DeclaredState state)
    {
        lock (s_recent)
        {
            if (!s_recent.Exists(held => held.TryGetTarget(out DeclaredState? other) && ReferenceEquals(other, state)))
            {
                s_recent.Add(new WeakReference<DeclaredState>(state));
                if (s_recent.Count > MostRecent)
                {
                    s_recent.RemoveAt(0);
                }
            }
        }

        return state;
    }

    private sealed class Project(Compilation compilation)
    {
        private readonly string? _name = compilation.AssemblyName;
        private readonly CompilationOptions _options = compilation.Options;
        private readonly ImmutableArray<MetadataReference> _references = compilation.ExternalReferences;
        private readonly ImmutableArray<SyntaxTree> _files = [.. compilation.SyntaxTrees];

        public bool DeclaresTheSameAs(Project other)
        {
            if (_name != other._name || !_options.Equals(other._options) || !_references.SequenceEqual(other._references)
                || _files.Length != other._files.Length)
            {
                return false;
            }

            for (int i = 0; i < _files.Length; i++)
            {
                if (_files[i] != other._files[i] && !DeclareTheSame(_files[i], other._files[i]))
                {
                    return false;
                }
            }

            return true;
        }

        private static bool DeclareTheSame(SyntaxTree first, SyntaxTree second)
            => first.FilePath == second.FilePath && first.Options.Equals(second.Options) && Declarations.AreTheSame(first.GetRoot(), second.GetRoot());
    }
}
