using System.Collections.Generic;
using System.Linq;

namespace TrainDsl.Benchmarks.Paired;

/// <summary>Whose turn it is.</summary>
internal static class Turns
{
    /// <summary>The loops in the order of a round, which begins with another loop than the round before: no loop always comes first.</summary>
    /// <param name="round">The round, from 0.</param>
    /// <param name="loops">How many loops there are.</param>
    public static IEnumerable<int> Of(int round, int loops) => Enumerable.Range(round % loops, loops).Select(turn => turn % loops);
}
