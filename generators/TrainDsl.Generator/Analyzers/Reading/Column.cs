using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using TrainDsl.Generator.Parsing;

namespace TrainDsl.Generator.Analyzers.Reading;

/// <summary>A column as it is declared.</summary>
/// <param name="Name">Its name.</param>
/// <param name="ElementType">TorchSharp's name of its element type, for instance <c>Float32</c>.</param>
/// <param name="Keyword">The C# type, for messages.</param>
/// <param name="IsScalar">Whether a sample is one number.</param>
/// <param name="Location">Where it is declared.</param>
internal sealed record Column(string Name, string ElementType, string Keyword, bool IsScalar, Location? Location)
{
    /// <summary>The columns of a dataset by name.</summary>
    public static Dictionary<string, Column> Of(INamedTypeSymbol dataset, CancellationToken cancellation)
    {
        var columns = new Dictionary<string, Column>(System.StringComparer.Ordinal);
        foreach (DslAttribute attribute in DslAttribute.Of(dataset, cancellation))
        {
            if (attribute.Name == "Column" && attribute.PositionalString(0) is { } name && attribute.TypeArgument is { } type
                && ElementTypes.Find(type) is { } element && !columns.ContainsKey(name))
            {
                columns[name] = new(name, element.ScalarType, SymbolNames.Short(type), !attribute.PositionalArray(1).Any(), attribute.Location);
            }
        }

        return columns;
    }
}
