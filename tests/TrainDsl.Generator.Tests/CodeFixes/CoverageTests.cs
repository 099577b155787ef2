using System.Collections.Generic;
using System.Linq;
using TrainDsl.Generator.Diagnostics;
using TrainDsl.Generator.Tests.Support;
using Xunit;

namespace TrainDsl.Generator.Tests.CodeFixes;

public sealed class CoverageTests
{
    /// <summary>Diagnostics without a code fix, and why there is no edit that would be right.</summary>
    private static readonly Dictionary<string, string> s_withoutRemedy = new()
    {
        ["TDSL0111"] = "How much memory there is, is not to be guessed.",
        ["TDSL0209"] = "A name for a class is not to be guessed; editors rename.",
        ["TDSL0211"] = "A class becomes a module by being written as one.",
        ["TDSL0216"] = "Whether the model is to be seen elsewhere is not to be guessed.",
        ["TDSL0217"] = "What the base class is for is not to be guessed.",
        ["TDSL0218"] = "A name for a class, or how a project references another, is not to be guessed.",
        ["TDSL0219"] = "What the model is to be made with is not to be guessed.",
        ["TDSL0221"] = "Which columns a dataset has is not to be guessed.",
        ["TDSL0222"] = "Whether the dataset or the definition has the wrong accessibility is not to be guessed.",
        ["TDSL0223"] = "Which rule is meant is not to be guessed.",
        ["TDSL0224"] = "What the metric measures is not to be guessed.",
        ["TDSL0225"] = "What the constructor is for is not to be guessed.",
        ["TDSL0226"] = "What relies on a struct or an interface is not to be guessed.",
        ["TDSL0228"] = "What else relies on the base class is not to be guessed.",
        ["TDSL0229"] = "Why the method is obsolete is not to be guessed.",
        ["TDSL0227"] = "What the local function uses is not to be guessed.",
        ["TDSL0305"] = "How many samples there are is not to be guessed.",
        ["TDSL0314"] = "What a sample is to be divided into is not to be guessed.",
        ["TDSL0316"] = "What the numbers are for is not to be guessed.",
        ["TDSL0429"] = "Whether another factor or another schedule is meant is not to be guessed.",
        ["TDSL0525"] = "Which action is meant is not to be guessed.",
        ["TDSL0902"] = "Whether the plan or the model is to change is not to be guessed.",
        ["TDSL0906"] = "Whether a list, a dictionary or single fields are meant, and how forward then calls them, is not to be guessed.",
        ["TDSL0909"] = "Whether the tensor is to be trained, or is not to ask for a gradient, is not to be guessed.",
        ["TDSL0910"] = "What the column is filled with is not to be guessed.",
        ["TDSL0911"] = "Whether the column or the loss is to change is not to be guessed.",
        ["TDSL0912"] = "Whether the column is to be declared or converted, and by which scale, is not to be guessed.",
        ["TDSL0919"] = "What the loss computes is not to be guessed.",
        ["TDSL0920"] = "Which function with a gradient is meant is not to be guessed.",
        ["TDSL0925"] = "Where the state belongs is not to be guessed.",
        ["TDSL0903"] = "Whether the layer or the column is wrong is not to be guessed.",
    };

    [Fact]
    public void EveryDiagnosticHasAFixOrAReasonForNone()
    {
        string[] all = [.. DiagnosticDescriptors.All.Select(static descriptor => descriptor.Id).Order()];
        string[] fixedOnes = [.. FixRun.Providers.SelectMany(static provider => provider.FixableDiagnosticIds).Distinct()];
        Assert.Equal(all, fixedOnes.Concat(s_withoutRemedy.Keys).Order());
    }
}
