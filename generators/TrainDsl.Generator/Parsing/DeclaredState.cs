using System.Collections.Immutable;
using System.Linq;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace TrainDsl.Generator.Parsing;

/// <summary>What a project declares, bodies aside: the same object for compilations that differ in no more than bodies.</summary>
/// <remarks>
/// Parsing a definition reads names, types, signatures, attributes and constants from anywhere in the project, but bodies, and initializers of fields
/// that are not constant, from the class itself alone. What needs more than that belongs into an analyzer.
/// </remarks>
internal sealed class DeclaredState
{
    private static readonly ConditionalWeakTable<Compilation, DeclaredState> s_states = new();

    // The latest compilation's: the next edit is one of that, so that few files differ.
    private volatile Project _latest;

    private DeclaredState(Compilation compilation) => _latest = new Project(compilation);

    /// <summary>The state of a compilation.</summary>
    public static DeclaredState Of(Compilation compilation) => s_states.GetValue(compilation, static compilation => new DeclaredState(compilation));

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
        return ReferenceEquals(s_states.GetValue(compilation, compilation => isSame ? this : new DeclaredState(compilation)), this);
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
            => first.FilePath == second.FilePath && first.Options.Equals(second.Options) && SyntaxFactory.AreEquivalent(first, second, topLevel: true);
    }
}
