using System;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace TrainDsl.Generator.Benchmarks;

/// <summary>Checks what an edit makes the generator write again, so that no time is published for work that was left out or done twice.</summary>
internal static class Regeneration
{
    /// <summary>Throws unless each definition has its files and each edit writes again what it must.</summary>
    /// <param name="definitions">The project.</param>
    /// <param name="count">Its training definitions.</param>
    public static void Check(ManyDefinitions definitions, int count)
    {
        GeneratorDriver first = ManyDefinitions.NewDriver(track: true).RunGenerators(definitions.Compilation);
        GeneratorRunResult result = first.GetRunResult().Results.Single();
        if (result.Exception is not null || !result.Diagnostics.IsEmpty)
        {
            throw new InvalidOperationException($"The definitions are not sound: {result.Exception} {string.Join('\n', result.Diagnostics)}");
        }

        // A file for each training and dataset, and one that registers the native loader.
        Expect(2 * count + 1, result.GeneratedSources.Length, "files of a first run");
        Expect(0, Emitted(first, definitions.AfterUnrelatedEdit(2)), "files written again after an unrelated edit");
        Expect(0, Emitted(first, definitions.AfterUnrelatedDeclaration("Other")), "files written again after an unrelated declaration");
        Expect(1, Emitted(first, definitions.AfterEditOfOneDefinition(3)), "files written again after an edit of one definition");
    }

    // Files are handed to the compiler by output steps: those that ran are what the editor has to parse and bind anew.
    private static int Emitted(GeneratorDriver first, CSharpCompilation edited)
        => first.RunGenerators(edited).GetRunResult().Results.Single().TrackedOutputSteps
            .SelectMany(static steps => steps.Value)
            .SelectMany(static step => step.Outputs)
            .Count(static output => output.Reason is IncrementalStepRunReason.New or IncrementalStepRunReason.Modified);

    private static void Expect(int expected, int actual, string what)
    {
        if (actual != expected)
        {
            throw new InvalidOperationException($"{actual} {what}; expected {expected}.");
        }
    }
}
