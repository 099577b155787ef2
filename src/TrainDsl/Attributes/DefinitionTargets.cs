using System;

namespace TrainDsl;

/// <summary>What attributes of definitions may be written on.</summary>
internal static class DefinitionTargets
{
    /// <summary>
    /// Classes. Structs and interfaces too, as far as the compiler goes: the generator says once that a definition is a class, instead of the compiler at
    /// each attribute.
    /// </summary>
    public const AttributeTargets All = AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Interface;
}
