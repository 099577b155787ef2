using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TrainDsl.Generator.Parsing;

/// <summary>
/// An attribute of this DSL as it is written on a symbol. Arguments that the compiler could not make sense of read as if they were not written:
/// the compiler reports those.
/// </summary>
internal sealed class DslAttribute
{
    /// <summary>The namespace of the attributes.</summary>
    public const string Namespace = "TrainDsl";

    private const string Suffix = "Attribute";

    private readonly AttributeData _data;
    private readonly AttributeSyntax? _syntax;

    private DslAttribute(AttributeData data, string name, CancellationToken cancellation)
    {
        _data = data;
        _syntax = data.ApplicationSyntaxReference?.GetSyntax(cancellation) as AttributeSyntax;
        Name = name;
    }

    /// <summary>The name as it is written in brackets, without type arguments: <c>GlobalBatch</c>.</summary>
    public string Name { get; }

    /// <summary>The type argument of a generic attribute.</summary>
    public ITypeSymbol? TypeArgument => _data.AttributeClass?.TypeArguments.FirstOrDefault();

    /// <summary>The whole attribute.</summary>
    public Location? Location => _syntax?.GetLocation();

    /// <summary>The type argument of a generic attribute, or the whole attribute.</summary>
    public Location? TypeArgumentLocation => _syntax?.DescendantNodes().OfType<TypeArgumentListSyntax>().FirstOrDefault()?.Arguments.FirstOrDefault()
        ?.GetLocation() ?? Location;

    /// <summary>
    /// The attributes of this DSL on a symbol, in the order of their declaration; of a class in several files, by the files' paths. (The compiler's own
    /// order of parts follows the history of edits.)
    /// </summary>
    public static IReadOnlyList<DslAttribute> Of(ISymbol symbol, CancellationToken cancellation)
    {
        var attributes = new List<DslAttribute>();
        foreach (AttributeData data in symbol.GetAttributes())
        {
            if (data.AttributeClass is { TypeKind: not TypeKind.Error, ContainingType: null } type
                && type.ContainingNamespace is { Name: Namespace, ContainingNamespace.IsGlobalNamespace: true }
                && type.Name.EndsWith(Suffix, StringComparison.Ordinal))
            {
                attributes.Add(new DslAttribute(data, type.Name.Substring(0, type.Name.Length - Suffix.Length), cancellation));
            }
        }

        return attributes.Count < 2 ? attributes
            : [.. attributes.OrderBy(static attribute => attribute._syntax?.SyntaxTree.FilePath, StringComparer.Ordinal)
                .ThenBy(static attribute => attribute._syntax?.SpanStart)];
    }

    /// <summary>The part of the class that the attribute is written on.</summary>
    public TypeDeclarationSyntax? Part => _syntax?.Parent?.Parent as TypeDeclarationSyntax;

    /// <summary>A positional argument, or null where it is missing or has an error.</summary>
    public T? Positional<T>(int position)
        where T : struct
        => position < _data.ConstructorArguments.Length ? Value<T>(_data.ConstructorArguments[position]) : null;

    /// <summary>A positional string argument; null where it is null, missing or has an error.</summary>
    public string? PositionalString(int position)
        => position < _data.ConstructorArguments.Length && _data.ConstructorArguments[position].Kind == TypedConstantKind.Primitive
            ? _data.ConstructorArguments[position].Value as string
            : null;

    /// <summary>A positional argument of an attribute that the compiler could not make sense of, if it is written as a string.</summary>
    public string? WrittenString(int position)
        => (Written.ElementAtOrDefault(position)?.Expression as LiteralExpressionSyntax)?.Token.Value as string;

    /// <summary>How many positional arguments are written.</summary>
    public int WrittenCount => Written.Count();

    private IEnumerable<AttributeArgumentSyntax> Written
        => _syntax?.ArgumentList?.Arguments.Where(static argument => argument.NameEquals is null) ?? [];

    /// <summary>The elements of a positional array argument that have no error.</summary>
    public IReadOnlyList<long> PositionalArray(int position)
        => position < _data.ConstructorArguments.Length
            && _data.ConstructorArguments[position] is { Kind: TypedConstantKind.Array, IsNull: false } array
                ? [.. array.Values.Select(Value<long>).OfType<long>()]
                : [];

    /// <summary>Whether the compiler found the constructor that is meant.</summary>
    public bool IsResolved => _data.AttributeConstructor is not null;

    /// <summary>Whether a positional argument is written, whatever the compiler makes of it.</summary>
    public bool IsWritten(int position) => _syntax?.ArgumentList?.Arguments.Count(static argument => argument.NameEquals is null) > position;

    /// <summary>Whether the compiler accepted as many positional arguments as there are.</summary>
    public bool HasPositional(int position) => position < _data.ConstructorArguments.Length
        && _data.ConstructorArguments[position].Kind != TypedConstantKind.Error;

    /// <summary>A named argument, or null where it is not written or has an error.</summary>
    public T? Named<T>(string name)
        where T : struct
    {
        foreach (KeyValuePair<string, TypedConstant> argument in _data.NamedArguments)
        {
            if (argument.Key == name)
            {
                return Value<T>(argument.Value);
            }
        }

        return null;
    }

    /// <summary>A named string argument; null where it is null, not written or has an error.</summary>
    public string? NamedString(string name)
    {
        foreach (KeyValuePair<string, TypedConstant> argument in _data.NamedArguments)
        {
            if (argument.Key == name && argument.Value.Kind == TypedConstantKind.Primitive)
            {
                return argument.Value.Value as string;
            }
        }

        return null;
    }

    /// <summary>Where a named argument's value is written, or the whole attribute.</summary>
    public Location? NamedLocation(string name)
        => _syntax?.ArgumentList?.Arguments.FirstOrDefault(argument => argument.NameEquals?.Name.Identifier.ValueText == name)
            ?.Expression.GetLocation() ?? Location;

    /// <summary>Where a positional argument's value is written, or the whole attribute.</summary>
    /// <param name="position">The position of the parameter.</param>
    /// <param name="parameterName">Its name, for arguments written as <c>name: value</c>.</param>
    public Location? PositionalLocation(int position, string parameterName)
    {
        if (_syntax?.ArgumentList is not { } list)
        {
            return Location;
        }

        AttributeArgumentSyntax? named = list.Arguments.FirstOrDefault(argument => argument.NameColon?.Name.Identifier.ValueText == parameterName);
        AttributeArgumentSyntax[] positional = [.. list.Arguments.Where(static argument => argument.NameEquals is null)];
        return (named ?? positional.ElementAtOrDefault(position))?.Expression.GetLocation() ?? Location;
    }

    private static T? Value<T>(TypedConstant constant)
        where T : struct
    {
        if (constant.Kind is not (TypedConstantKind.Primitive or TypedConstantKind.Enum))
        {
            return null;
        }

        return constant.Value switch
        {
            T value => value,
            IConvertible number when IsNumber(number.GetTypeCode()) && IsNumber(Type.GetTypeCode(typeof(T)))
                => (T)Convert.ChangeType(number, typeof(T), CultureInfo.InvariantCulture),
            _ => null,
        };
    }

    private static bool IsNumber(TypeCode code) => code is >= TypeCode.SByte and <= TypeCode.Double;
}
