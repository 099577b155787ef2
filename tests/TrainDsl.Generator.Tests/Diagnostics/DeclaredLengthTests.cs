using System.Linq;
using TrainDsl.Generator.Tests.Support;
using Xunit;

namespace TrainDsl.Generator.Tests.Diagnostics;

/// <summary>Which lengths of datasets the analyzers read: a global batch of 64 is above 50.</summary>
public sealed class DeclaredLengthTests
{
    [Theory]
    [InlineData("public long Count => 50;")]
    [InlineData("public long Count => 5 * Ten;\n    private const int Ten = 10;")]
    [InlineData("public long Count { get => 50; }")]
    [InlineData("long IDataset.Count => 50;")]
    [InlineData("public int Count => 3;\n    long IDataset.Count => 50;")]
    [InlineData("public int Count => 1000;\n    long IDataset.Count => 50;")]
    [InlineData("public long Count\n    {\n        get\n        {\n            return 50;\n        }\n    }")]
    public void AConstantIsKnown(string count) => Assert.Equal(["TDSL0107"], Ids(count));

    [Theory]
    [InlineData("public long Count => Ten.Length;\n    private static readonly int[] Ten = new int[10];")]
    [InlineData("public long Count { get; } = 50;")]
    [InlineData("public long Count { get; set; } = 50;")]
    [InlineData("public int Count => 3;\n    long IDataset.Count => 1000;")]
    [InlineData("public long Count\n    {\n        get\n        {\n            System.GC.Collect();\n            return 50;\n        }\n    }")]
    public void OthersAreNot(string count) => Assert.Empty(Ids(count));

    [Fact]
    public void AnOverridableLengthIsNotKnown()
    {
        string source = Definitions.With(Definitions.All, "public sealed partial class Digits", "public partial class Digits");
        Assert.Empty(Ids("public virtual long Count => 50;", source));
    }

    private static string[] Ids(string count, string source = Definitions.All)
        => [.. GeneratorRun.Of(Definitions.With(source, "public long Count => 100;", count)).BuildDiagnostics().Select(static found => found.Id)];
}
