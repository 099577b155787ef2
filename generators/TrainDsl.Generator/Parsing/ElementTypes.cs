using Microsoft.CodeAnalysis;
using TrainDsl.Generator.Model;

namespace TrainDsl.Generator.Parsing;

/// <summary>The C# types that are element types of tensors.</summary>
internal static class ElementTypes
{
    /// <summary>The element type, or null where tensors have none such.</summary>
    public static ElementType? Find(ITypeSymbol type) => type.SpecialType switch
    {
        SpecialType.System_Single => new("float", "Float32", "float32", 4),
        SpecialType.System_Double => new("double", "Float64", "float64", 8),
        SpecialType.System_Byte => new("byte", "Byte", "uint8", 1),
        SpecialType.System_SByte => new("sbyte", "Int8", "int8", 1),
        SpecialType.System_Int16 => new("short", "Int16", "int16", 2),
        SpecialType.System_Int32 => new("int", "Int32", "int32", 4),
        SpecialType.System_Int64 => new("long", "Int64", "int64", 8),
        SpecialType.System_Boolean => new("bool", "Bool", "bool", 1),
        _ => SymbolNames.Is(type, "System", "Half") ? new("global::System.Half", "Float16", "float16", 2) : null,
    };
}
