using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TrainDsl.Generator.Parsing;

/// <summary>The attributes of a training definition by name. Of one that is repeated, which the compiler reports, the first counts.</summary>
internal sealed class TrainingAttributes(INamedTypeSymbol definition, CancellationToken cancellation)
{
    private readonly IReadOnlyList<DslAttribute> _attributes = DslAttribute.Of(definition, cancellation);

    public DslAttribute? Training => Find("Training");

    public DslAttribute? Model => Find("Model");

    public DslAttribute? Dataset => Find("Dataset");

    public DslAttribute? GlobalBatch => Find("GlobalBatch");

    public DslAttribute? MicroBatch => Find("MicroBatch");

    public DslAttribute? Devices => Find("Devices");

    public DslAttribute? Accumulation => Find("GradientAccumulation");

    public DslAttribute? ClipGradNorm => Find("ClipGradNorm");

    public DslAttribute? Epochs => Find("Epochs");

    public DslAttribute? MaxSteps => Find("MaxSteps");

    public DslAttribute? Seed => Find("Seed");

    public DslAttribute? Checkpoint => Find("Checkpoint");

    public DslAttribute? NonFinite => Find("NonFinite");

    /// <summary>The optimizers, each once.</summary>
    public IReadOnlyList<DslAttribute> Optimizers => FindAll("AdamW", "Adam", "Sgd");

    /// <summary>The schedules, each once.</summary>
    public IReadOnlyList<DslAttribute> Schedules => FindAll("Constant", "LinearDecay", "CosineDecay", "StepDecay");

    /// <summary>Whether an attribute of a name is written that the compiler cannot make sense of, as it says itself: <c>[Model]</c> without a type.</summary>
    public bool IsBroken(string name) => definition.GetAttributes().Any(data => data.AttributeClass is null or { TypeKind: TypeKind.Error }
        && data.ApplicationSyntaxReference?.GetSyntax(cancellation) is AttributeSyntax written
        && written.Name.ToString().Split('.', ':').Last().Split('<')[0] is { } text && (text == name || text == name + "Attribute"));

    private DslAttribute? Find(string name) => _attributes.FirstOrDefault(attribute => attribute.Name == name);

    private DslAttribute[] FindAll(params string[] names)
        => [.. _attributes.Where(attribute => names.Contains(attribute.Name) && ReferenceEquals(attribute, Find(attribute.Name)))];
}
