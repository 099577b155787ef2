using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace TrainDsl.Benchmarks.Paired;

/// <summary>What the command line asks of the paired mode.</summary>
internal sealed record PairedOptions
{
    /// <summary>The names of the models.</summary>
    public static readonly IReadOnlyList<string> AllModels = ["tiny", "mlp", "cnn"];

    /// <summary>How the mode is called.</summary>
    public const string Usage = """
        paired [--models tiny,mlp,cnn] [--rounds 40] [--warmup 8] [--steps N] [--threads N] [--python python3] [--before TrainDsl.Benchmarks.dll]
          --models   which models, in this order
          --rounds   rounds that count; in each every loop makes one block of steps
          --warmup   rounds before them that do not
          --steps    steps of a block; unless given, as many as suit the model
          --threads  intra-op threads of libtorch; unless given, libtorch's own choice
          --python   the Python whose PyTorch takes part if it has one
          --before   compares the generated loop alone with that of this program built from another checkout
        """;

    /// <summary>The models, in order.</summary>
    public IReadOnlyList<string> Models { get; init; } = AllModels;

    /// <summary>Rounds that count, at least 1.</summary>
    public int Rounds { get; init; } = 40;

    /// <summary>Rounds that come before and do not count, at least 1.</summary>
    public int Warmup { get; init; } = 8;

    /// <summary>Steps of a block, at least 1; null for as many as suit the model.</summary>
    public int? Steps { get; init; }

    /// <summary>libtorch's intra-op threads, at least 1; null for its own choice.</summary>
    public int? Threads { get; init; }

    /// <summary>The Python that is asked for PyTorch.</summary>
    public string Python { get; init; } = "python3";

    /// <summary>The program of another checkout; null to compare the loops of this one.</summary>
    public string? Before { get; init; }

    /// <summary>Reads the command line.</summary>
    /// <param name="arguments">The arguments after the name of the mode: names and values by turns.</param>
    /// <exception cref="FormatException">An option is unknown, lacks its value or has one out of range; the message says which.</exception>
    public static PairedOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new PairedOptions();
        for (int index = 0; index < arguments.Count; index += 2)
        {
            string name = arguments[index];
            string? value = index + 1 < arguments.Count ? arguments[index + 1] : null;
            options = name switch
            {
                "--models" => options with { Models = Names(name, value) },
                "--rounds" => options with { Rounds = Count(name, value) },
                "--warmup" => options with { Warmup = Count(name, value) },
                "--steps" => options with { Steps = Count(name, value) },
                "--threads" => options with { Threads = Count(name, value) },
                "--python" => options with { Python = Text(name, value) },
                "--before" => options with { Before = Text(name, value) },
                _ => throw new FormatException($"There is no option '{name}'."),
            };
        }

        return options;
    }

    private static string Text(string name, string? value)
        => string.IsNullOrEmpty(value) || value.StartsWith("--", StringComparison.Ordinal) ? throw new FormatException($"{name} lacks its value.") : value;

    private static int Count(string name, string? value)
        => int.TryParse(Text(name, value), NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count >= 1
            ? count
            : throw new FormatException($"{name} is '{value}'; it is a whole number of at least 1.");

    private static string[] Names(string name, string? value)
    {
        string[] models = Text(name, value).Split(',');
        return Array.Find(models, model => !AllModels.Contains(model)) is not { } unknown
            ? models
            : throw new FormatException($"There is no model '{unknown}'; the models are {string.Join(", ", AllModels)}.");
    }
}
