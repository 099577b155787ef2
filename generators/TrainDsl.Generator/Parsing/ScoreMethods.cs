using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using TrainDsl.Generator.Diagnostics;

namespace TrainDsl.Generator.Parsing;

/// <summary>The methods of a training definition that attributes mark, in the order of their declaration.</summary>
internal sealed class ScoreMethods
{
    private readonly List<IMethodSymbol> _losses = [];
    private readonly List<IMethodSymbol> _modelFactories = [];
    private readonly List<(IMethodSymbol Method, DslAttribute Attribute)> _metrics = [];

    public ScoreMethods(INamedTypeSymbol definition, CancellationToken cancellation)
    {
        foreach (IMethodSymbol method in definition.GetMembers().OfType<IMethodSymbol>())
        {
            // One that is repeated, which the compiler reports, counts once.
            foreach (DslAttribute attribute in DslAttribute.Of(method, cancellation).GroupBy(static attribute => attribute.Name).Select(static same => same.First()))
            {
                switch (attribute.Name)
                {
                    case "Loss":
                        _losses.Add(method);
                        Coupling ??= _losses.Count == 1 && attribute.Named<bool>("CouplesSamples") == true ? attribute : null;
                        break;
                    case "Metric":
                        _metrics.Add((method, attribute));
                        break;
                    case "ModelFactory":
                        _modelFactories.Add(method);
                        break;
                }
            }
        }
    }

    /// <summary>Every marked method.</summary>
    public IEnumerable<IMethodSymbol> All => _losses.Concat(_metrics.Select(static metric => metric.Method)).Concat(_modelFactories);

    /// <summary>Reports what generated code cannot call because its <c>[Obsolete]</c> makes each call an error.</summary>
    public void ReportObsolete(DiagnosticBag diagnostics, CancellationToken cancellation)
    {
        foreach (IMethodSymbol method in All.Where(static method => method.GetAttributes().Any(static attribute
            => attribute.AttributeClass is { } type && SymbolNames.Is(type, "System", "ObsoleteAttribute")
                && attribute.ConstructorArguments is [_, { Value: true }])))
        {
            diagnostics.Report(
                DiagnosticDescriptors.ObsoleteAsAnError, method.Locations.FirstOrDefault(), method.Name, DslAttribute.Of(method, cancellation)[0].Name);
        }
    }

    public IReadOnlyList<IMethodSymbol> Losses => _losses;

    /// <summary>The attribute of the loss if it says that the loss couples samples; otherwise null.</summary>
    public DslAttribute? Coupling { get; }

    public IReadOnlyList<(IMethodSymbol Method, DslAttribute Attribute)> Metrics => _metrics;

    public IReadOnlyList<IMethodSymbol> ModelFactories => _modelFactories;
}
