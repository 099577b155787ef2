using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Microsoft.CodeAnalysis;
using TrainDsl.Generator.Model;

namespace TrainDsl.Generator.Diagnostics;

/// <summary>Gathers what is wrong with one definition.</summary>
internal sealed class DiagnosticBag
{
    private readonly List<DiagnosticInfo> _diagnostics = [];

    /// <summary>The id and message of the first error, or null.</summary>
    public string? FirstError => _diagnostics.FirstOrDefault(static diagnostic => diagnostic.IsError)?.Text;

    public void Report(DiagnosticDescriptor descriptor, Location? location, params object[] arguments)
        => _diagnostics.Add(new DiagnosticInfo(descriptor.Id, LocationInfo.From(location), new(arguments.Select(Format))));

    public EquatableArray<DiagnosticInfo> ToArray() => new(_diagnostics);

    /// <summary>A number as messages write it.</summary>
    public static string Format(object value) => value switch
    {
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        System.IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };
}
