using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using TrainDsl.Generator.Tests.Diagnostics;
using TrainDsl.Generator.Tests.Support;
using Xunit;

namespace TrainDsl.Generator.Tests.CodeFixes;

/// <summary>A fix makes code that compiles, however the file is laid out that it is offered in.</summary>
[Trait("Category", "Slow")]
public sealed class LayoutTests
{
    // What a stub that is still to be written leaves to say.
    private static readonly string[] s_tolerated = ["TDSL0106", "TDSL0107", "TDSL0230", "TDSL0301", "TDSL0302"];

    public static TheoryData<string> Layouts => [Layout.Qualified, Layout.OneLine, Layout.InParts];

    [Theory]
    [MemberData(nameof(Layouts))]
    public async Task A_fix_removes_the_mistake_and_compiles_in_every_layout(string layout)
    {
        int carriedOut = 0;
        var faults = new List<string>();
        foreach ((string id, string marked) in DiagnosticCases.All.Select(static row => ((string)row[0], (string)row[1])))
        {
            string plain = marked.Replace("[|", "", StringComparison.Ordinal).Replace("|]", "", StringComparison.Ordinal);
            string source = Layout.Of(plain, layout);
            if (source == plain)
            {
                continue;
            }

            Diagnostic[] before = [.. GeneratorRun.Of(source).BuildDiagnostics()];
            ILookup<string, Diagnostic> known = before.ToLookup(static diagnostic => diagnostic.Id);
            foreach ((string fixedId, string title, Func<Task<string>> apply) in await FixRun.Fixes(source, before.Where(diagnostic => diagnostic.Id == id)))
            {
                carriedOut++;
                string text = await apply();
                Diagnostic[] left = [.. GeneratorRun.Of(text).BuildDiagnostics()
                    .Where(diagnostic => diagnostic.Id == fixedId
                        || (!s_tolerated.Contains(diagnostic.Id) && diagnostic.Severity == DiagnosticSeverity.Error && !known.Contains(diagnostic.Id)))];
                if (left.Length > 0)
                {
                    faults.Add($"{fixedId}: {title}\n{string.Join("\n", left.Select(static diagnostic => diagnostic.ToString()))}\n{text}");
                }
            }
        }

        Assert.True(carriedOut > 20, $"Only {carriedOut} fixes were offered.");
        Assert.True(faults.Count == 0, $"{faults.Count} of {carriedOut}:\n{string.Join("\n----\n", faults.Take(10))}");
    }
}
