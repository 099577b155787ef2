using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Reflection;
using TrainDsl.Monitoring;
using Xunit;

namespace TrainDsl.Generator.Tests.Documentation;

/// <summary>docs/reference.md lists what there is: each attribute and option with its type and default, and nothing else.</summary>
public sealed class ReferencePageTests
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    private static readonly IReadOnlyDictionary<string, IReadOnlyList<string[]>> s_page = ReferencePage.Read();

    public static TheoryData<string> Attributes => [.. AttributeTypes.Keys];

    private static Dictionary<string, Type> AttributeTypes { get; } = typeof(TrainingAttribute).Assembly.GetExportedTypes()
        .Where(static type => type.IsSubclassOf(typeof(Attribute)) && type.Namespace == nameof(TrainDsl))
        .ToDictionary(static type => type.Name[..type.Name.IndexOf(nameof(Attribute), StringComparison.Ordinal)]);

    [Fact]
    public void EveryAttributeHasASectionAndEverySectionIsOfOne()
        => Assert.Equal(
            AttributeTypes.Keys.Append(nameof(TrainingOptions)).Append(nameof(Resume)).Append(nameof(ITrainingMonitor)).Order(StringComparer.Ordinal),
            s_page.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Attributes))]
    public void AnAttributeIsListedWithItsArguments(string name)
    {
        Type type = AttributeTypes[name];
        Type closed = type.IsGenericTypeDefinition ? type.MakeGenericType(typeof(float)) : type;
        ConstructorInfo[] constructors = closed.GetConstructors();
        IEnumerable<string> arguments = constructors.SelectMany(static constructor => constructor.GetParameters())
            .Select(parameter => Row(parameter.Name!, parameter.ParameterType, Default(parameter)));
        object instance = constructors[0].Invoke([.. constructors[0].GetParameters().Select(Sample)]);
        Assert.Equal(arguments.Concat(Settable(closed, instance)), Listed(name));
    }

    [Fact]
    public void EveryOptionIsListed() => Assert.Equal(Settable(typeof(TrainingOptions), new TrainingOptions()).Order(), Listed(nameof(TrainingOptions)).Order());

    [Fact]
    public void EveryWayToResumeIsListed()
        => Assert.Equal(
            typeof(Resume).GetProperties(BindingFlags.Public | BindingFlags.Static).Select(static property => $"`{property.Name}`")
                .Concat(typeof(Resume).GetMethods(BindingFlags.Public | BindingFlags.Static).Where(static method => !method.IsSpecialName)
                    .Select(static method => $"`{method.Name}({string.Join(", ", method.GetParameters().Select(static parameter => parameter.Name))})`"))
                .Order(),
            s_page[nameof(Resume)].Select(static row => row[0]).Order());

    [Fact]
    public void EveryMemberOfAMonitorIsListed()
        => Assert.Equal(
            typeof(ITrainingMonitor).GetMembers().Where(static member => member is not MethodInfo { IsSpecialName: true }).Select(static member => $"`{member.Name}`").Order(),
            s_page[nameof(ITrainingMonitor)].Select(static row => row[0]).Order());

    // A row up to its default, of which the text behind a colon or a space says in words what it means.
    private static IEnumerable<string> Listed(string section) => s_page[section].Select(static row =>
    {
        Assert.Equal(5, row.Length);
        Assert.NotEmpty(row[4]);
        string value = row[2];
        return $"{row[0]} {row[1]} {(value[0] == '`' ? value[..(value.IndexOf('`', 1) + 1)] : value.Split(' ', ':')[0])}";
    });

    private static IEnumerable<string> Settable(Type type, object instance)
        => type.GetProperties(Declared).Where(static property => property.SetMethod is { IsPublic: true })
            .Select(property => Row(property.Name, property.PropertyType, $"`{Text(property.GetValue(instance))}`"));

    private static string Row(string name, Type type, string value) => $"`{name}` `{Name(type)}` {value}";

    private static string Default(ParameterInfo parameter)
        => parameter.HasDefaultValue ? $"`{Text(Enum.ToObject(parameter.ParameterType, parameter.DefaultValue!))}`"
            : parameter.IsDefined(typeof(ParamArrayAttribute)) ? "none"
            : "required";

    private static object? Sample(ParameterInfo parameter)
        => parameter.ParameterType == typeof(string) ? "name"
            : parameter.ParameterType.IsArray ? Array.CreateInstance(parameter.ParameterType.GetElementType()!, 0)
            : Activator.CreateInstance(parameter.ParameterType);

    private static string Text(object? value) => value switch
    {
        null => "null",
        bool flag => flag ? "true" : "false",
        Enum member => $"{member.GetType().Name}.{member}",
        Resume resume => "Resume." + typeof(Resume).GetProperties(BindingFlags.Public | BindingFlags.Static)
            .Single(property => ReferenceEquals(property.GetValue(null), resume)).Name,
        IReadOnlyList<ITrainingMonitor> monitors => $"[{string.Join(", ", monitors.Select(static monitor => $"new {monitor.GetType().Name}()"))}]",
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    private static string Name(Type type)
        => Nullable.GetUnderlyingType(type) is { } underlying ? Name(underlying) + "?"
            : type.IsArray ? Name(type.GetElementType()!) + "[]"
            : type.IsGenericType ? $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>"
            : type.IsEnum ? type.Name
            : Type.GetTypeCode(type) switch
            {
                TypeCode.Boolean => "bool",
                TypeCode.Int32 => "int",
                TypeCode.Int64 => "long",
                TypeCode.Double => "double",
                TypeCode.String => "string",
                _ => type.Name,
            };
}
