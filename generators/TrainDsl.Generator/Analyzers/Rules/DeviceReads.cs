using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using TrainDsl.Generator.Analyzers.Reading;
using TrainDsl.Generator.Parsing;

namespace TrainDsl.Generator.Analyzers.Rules;

/// <summary>What copies a tensor's values to the host, and so waits until the device has computed them.</summary>
internal static class DeviceReads
{
    // Of torch.Tensor, torch and their extension methods: each returns only when the device has computed the values.
    private static readonly HashSet<string> Reading = new(System.StringComparer.Ordinal)
    {
        "item", "cpu", "data", "ToSingle", "ToDouble", "ToHalf", "ToByte", "ToSByte", "ToInt16", "ToInt32", "ToInt64", "ToBoolean", "ToScalar",
        "allclose", "print", "str", "jlstr", "npstr", "cstr", "tolist", "equal", "is_nonzero", "ReadCpuByte", "ReadCpuSByte", "ReadCpuInt16", "ReadCpuInt32",
        "ReadCpuInt64", "ReadCpuSingle", "ReadCpuDouble", "ReadCpuBool", "ReadCpuValue", "ToComplex32", "ToComplex64",
    };

    /// <summary>What an operation reads by, in words; null where it reads nothing.</summary>
    public static string? Of(IOperation operation) => operation switch
    {
        IInvocationOperation call when IsOnTensor(call.TargetMethod) && (Reading.Contains(call.TargetMethod.Name) || IsToCpu(call) || IsText(call))
            => call.TargetMethod.Name,
        IConversionOperation { OperatorMethod: { Name: "op_Explicit", ContainingType: { } owner } } conversion when SymbolNames.IsTensor(owner)
            && conversion.Type is { } target && !SymbolNames.IsTensor(target) => $"({SymbolNames.Short(target)})",
        IPropertyReferenceOperation { Property: { Name: "bytes", ContainingType: { } owner } } when SymbolNames.IsTensor(owner) => "bytes",
        _ => null,
    };

    /// <summary>What a method that is called with tensors reads by; null where it is not of this compilation, or reads nothing.</summary>
    public static string? OfHelper(IInvocationOperation call, Compilation compilation, CancellationToken cancellation)
        => call.TargetMethod is { MethodKind: MethodKind.Ordinary } method && !DslAttribute.Of(method, cancellation).Any()
            && call.Arguments.Any(static argument => TensorCalls.IsTensor(argument.Value))
            && Body.Of(method, compilation, cancellation) is { } body
                ? body.Operations.Select(Of).FirstOrDefault(static read => read is not null)
                : null;

    private static bool IsOnTensor(IMethodSymbol method)
    {
        ITypeSymbol? receiver = method.IsExtensionMethod ? (method.ReducedFrom ?? method).Parameters.FirstOrDefault()?.Type : method.ContainingType;
        return receiver is not null && (SymbolNames.IsTensor(receiver) || (SymbolNames.Is(receiver, "TorchSharp", "torch")
            && method.Name is "allclose" or "equal" or "is_nonzero"));
    }

    // Without arguments it gives shape and type alone.
    private static bool IsText(IInvocationOperation call) => call.TargetMethod.Name == "ToString"
        && call.Arguments.Any(static argument => argument.ArgumentKind == ArgumentKind.Explicit);

    private static bool IsToCpu(IInvocationOperation call) => call.TargetMethod.Name == "to" && call.Arguments.Any(static argument
        => argument.ArgumentKind == ArgumentKind.Explicit && IsCpu(LayerShapes.Unwrap(argument.Value)));

    private static bool IsCpu(IOperation device) => device switch
    {
        IFieldReferenceOperation { Field: { Name: "CPU", ContainingType.Name: "torch" or "DeviceType" } } => true,
        IPropertyReferenceOperation { Property: { Name: "CPU", ContainingType.Name: "torch" } } => true,
        ILiteralOperation { ConstantValue.Value: "cpu" } => true,
        IInvocationOperation { TargetMethod: { Name: "device", ContainingType.Name: "torch" } } made => made.Arguments.Any(static argument
            => argument.ArgumentKind == ArgumentKind.Explicit && IsCpu(LayerShapes.Unwrap(argument.Value))),
        _ => device.ConstantValue is { HasValue: true, Value: "cpu" },
    };
}
