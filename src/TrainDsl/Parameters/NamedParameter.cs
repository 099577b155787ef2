using TorchSharp.Modules;

namespace TrainDsl.Parameters;

/// <summary>A parameter and the name that its model gives it, as <c>named_parameters</c> does.</summary>
/// <param name="Name">The dotted name.</param>
/// <param name="Value">The parameter.</param>
public readonly record struct NamedParameter(string Name, Parameter Value);
