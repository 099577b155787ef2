using System;

namespace TrainDsl;

/// <summary>What attributes of definitions may be written on.</summary>
internal static class DefinitionTargets
{
    /// <summary>
    /// Classes. Other types too, as far as the compiler goes: it is said once that a definition is a class, instead of by the compiler at each
    /// attribute.
    /// </summary>
    public const AttributeTargets All = AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Interface
        | AttributeTargets.Enum | AttributeTargets.Delegate;
}
