using System;
using System.Linq;
using TorchSharp;
using TrainDsl.Optimizers;
using TrainDsl.Parameters;
using Xunit;
using static TorchSharp.torch;

namespace TrainDsl.Tests.Optimizers;

/// <summary>Each optimizer over each element type and sizes around the width of vector registers, against the formulas in float64.</summary>
public sealed class OptimizerMatrixTests
{
    private const int Steps = 4;
    private const double LearningRate = 0.1;
    private const double WeightDecay = 0.05;

    public static TheoryData<string, ScalarType> Cases
    {
        get
        {
            var cases = new TheoryData<string, ScalarType>();
            foreach (string optimizer in (string[])["sgd", "sgd-momentum", "sgd-nesterov", "adam", "adamw"])
            {
                foreach (ScalarType type in (ScalarType[])[ScalarType.Float64, ScalarType.Float32, ScalarType.Float16, ScalarType.BFloat16])
                {
                    cases.Add(optimizer, type);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void UpdatesAreThoseOfFloat64RoundedToTheElementType(string optimizer, ScalarType type)
    {
        long[] sizes = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 1000];
        foreach (long size in sizes)
        {
            Compare(optimizer, type, size, scaled: false);
            Compare(optimizer, type, size, scaled: true);
        }
    }

    /// <summary>Parameters of 16 bits are widened in parts.</summary>
    [Theory]
    [InlineData("sgd-momentum")]
    [InlineData("adamw")]
    public void LargeSixteenBitParametersAreUpdatedThroughout(string optimizer) => Compare(optimizer, ScalarType.BFloat16, (1 << 20) + 3, scaled: false);

    private static void Compare(string name, ScalarType type, long size, bool scaled)
    {
        using DisposeScope tensors = NewDisposeScope();
        using var model = new ParameterList((type, size));
        double[] weights = [.. Enumerable.Range(0, (int)size).Select(static i => 1.0 + ((i % 8) / 8.0))];
        using (no_grad())
        {
            model.Vector(0).copy_(tensor(weights));
        }

        using var parameters = new FlatParameters(model, DecayOnly.All);
        using IOptimizer optimizer = Make(name, parameters);
        using GradientScale? scale = scaled ? new GradientScale(parameters) : null;
        using var weight = new WeightMeter(CPU);
        double[] first = new double[size];
        double[] second = new double[size];
        for (int step = 1; step <= Steps; step++)
        {
            // Sums of eighths, exact in every element type.
            double[] gradients = [.. Enumerable.Range(0, (int)size).Select(i => (((i + step) % 5) - 1.5) / 2)];
            using (no_grad())
            {
                parameters.Buffers[0].Gradients.narrow(0, 0, size).copy_(tensor(gradients));
            }

            if (scale is not null)
            {
                weight.Reset();
                weight.Add(tensor(4.0));
                scale.DivideBy(weight);
            }

            optimizer.Step(LearningRate, scale);
            Reference(name, step, weights, first, second, gradients, scaled ? 4.0 : 1.0);
            if (type is ScalarType.Float16 or ScalarType.BFloat16)
            {
                weights = tensor(weights).to(type).to(ScalarType.Float64).data<double>().ToArray();
            }
        }

        double tolerance = type switch
        {
            ScalarType.Float64 => 1e-9,
            ScalarType.Float32 => 2e-6,
            ScalarType.Float16 => 2e-3,
            _ => 1.6e-2,
        };
        double[] actual = model.Vector(0).detach().to(ScalarType.Float64).data<double>().ToArray();
        for (int i = 0; i < size; i++)
        {
            Assert.True(Math.Abs(weights[i] - actual[i]) <= tolerance, $"{name} {type} [{size}] element {i}: {actual[i]} for {weights[i]}");
        }

        // Rounding can go either way at a tie, but not everywhere.
        Assert.True(actual.Zip(weights).Count(static pair => Math.Abs(pair.First - pair.Second) <= 2e-6) >= 0.9 * size, $"{name} {type} [{size}]");
    }

    private static IOptimizer Make(string name, FlatParameters parameters) => name switch
    {
        "sgd" => new FusedSgd(parameters, 0.0, 0.0, nesterov: false, WeightDecay),
        "sgd-momentum" => new FusedSgd(parameters, 0.9, 0.25, nesterov: false, WeightDecay),
        "sgd-nesterov" => new FusedSgd(parameters, 0.9, 0.0, nesterov: true, WeightDecay),
        "adam" => new FusedAdam(parameters, AdamDecay.Coupled, 0.9, 0.99, 1e-3, WeightDecay),
        _ => new FusedAdam(parameters, AdamDecay.Decoupled, 0.9, 0.99, 1e-3, WeightDecay),
    };

    private static void Reference(string name, int step, double[] weights, double[] first, double[] second, double[] gradients, double divisor)
    {
        for (int i = 0; i < weights.Length; i++)
        {
            double gradient = gradients[i] / divisor;
            if (name == "adamw")
            {
                weights[i] *= 1.0 - (LearningRate * WeightDecay);
            }
            else
            {
                gradient += WeightDecay * weights[i];
            }

            if (name is "adam" or "adamw")
            {
                first[i] = (0.9 * first[i]) + (0.1 * gradient);
                second[i] = (0.99 * second[i]) + (0.01 * gradient * gradient);
                double mean = first[i] / (1.0 - Math.Pow(0.9, step));
                double square = second[i] / (1.0 - Math.Pow(0.99, step));
                weights[i] -= LearningRate * mean / (Math.Sqrt(square) + 1e-3);
                continue;
            }

            double momentum = name == "sgd" ? 0.0 : 0.9;
            double dampening = name == "sgd-momentum" ? 0.25 : 0.0;
            first[i] = step == 1 ? gradient : (momentum * first[i]) + ((1.0 - dampening) * gradient);
            weights[i] -= LearningRate * (name == "sgd-nesterov" ? gradient + (momentum * first[i]) : first[i]);
        }
    }
}
