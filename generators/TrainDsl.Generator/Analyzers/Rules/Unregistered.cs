using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using TrainDsl.Generator.Analyzers.Reading;

namespace TrainDsl.Generator.Analyzers.Rules;

/// <summary>A model whose fields nothing registers. A part is registered with the module that holds it; a whole model by nobody but itself.</summary>
internal static class Unregistered
{
    /// <summary>Where the model is named, or null where it registers its fields or is not read to the end.</summary>
    public static Location? Find(INamedTypeSymbol model, Compilation compilation, CancellationToken cancellation)
    {
        bool hasParts = false;
        for (INamedTypeSymbol? type = model; type is not null && type.ContainingType?.Name != "nn"; type = type.BaseType)
        {
            var source = new ModuleSource(type, compilation, cancellation);
            if (source.Declarations.Length == 0 || source.RegistersItself || source.RegistersComponents
                || source.Declarations.Length != type.DeclaringSyntaxReferences.Length)
            {
                return null;
            }

            hasParts |= source.Fields().Any(static field => !field.Field.IsStatic && ModuleSource.IsTrained(field.Field.Type));
        }

        return hasParts ? model.Locations.FirstOrDefault() : null;
    }
}
