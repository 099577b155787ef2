using System;
using System.Collections.Generic;
using System.Linq;
using Xunit;

namespace TrainDsl.Tests.Numerics;

/// <summary>Asserts closeness to a reference.</summary>
internal static class RelativeError
{
    /// <summary>
    /// Compares tensors. An element's error is relative to the element, or to the root mean square of its tensor where that is larger: an element that
    /// happens to be near zero is a difference of larger numbers, and carries their rounding.
    /// </summary>
    public static void AssertAtMost(double bound, IReadOnlyDictionary<string, float[]> expected, IReadOnlyDictionary<string, float[]> actual)
    {
        Assert.Equal(expected.Keys.Order(), actual.Keys.Order());
        foreach ((string name, float[] values) in expected)
        {
            double scale = Math.Sqrt(values.Average(static value => (double)value * value));
            AssertAtMost(bound, name, scale, [.. values], [.. actual[name]]);
        }
    }

    /// <summary>Compares numbers, one of each step.</summary>
    public static void AssertAtMost(double bound, string name, double[] expected, IReadOnlyList<double> actual) =>
        AssertAtMost(bound, name, scale: 0.0, expected, actual);

    private static void AssertAtMost(double bound, string name, double scale, double[] expected, IReadOnlyList<double> actual)
    {
        Assert.Equal(expected.Length, actual.Count);
        for (int i = 0; i < expected.Length; i++)
        {
            double error = Math.Abs(actual[i] - expected[i]) / Math.Max(Math.Abs(expected[i]), scale);
            Assert.True(error <= bound, $"{name}[{i}] is {actual[i]:R}, {error:E1} away from {expected[i]:R}; at most {bound:E1} was expected.");
        }
    }
}
