using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using Xunit;

namespace TrainDsl.Generator.Tests.Support;

/// <summary>Walks everything that an object refers to.</summary>
internal static class ObjectGraph
{
    /// <summary>Fails where an object of one of the types can be reached, and says by which path.</summary>
    public static void AssertHoldsNone(object root, params Type[] types)
    {
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        Visit(root, root.GetType().Name);

        void Visit(object? value, string path)
        {
            if (value is null || IsLeaf(value.GetType()) || !seen.Add(value))
            {
                return;
            }

            Type? forbidden = types.FirstOrDefault(type => type.IsInstanceOfType(value));
            Assert.True(forbidden is null, $"{path} holds a {value.GetType().Name}.");
            if (value is IEnumerable items && value.GetType().Namespace!.StartsWith("System", StringComparison.Ordinal))
            {
                int index = 0;
                foreach (object? item in items)
                {
                    Visit(item, $"{path}[{index++}]");
                }
            }

            for (Type? type = value.GetType(); type is not null; type = type.BaseType)
            {
                foreach (FieldInfo field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
                {
                    Visit(field.GetValue(value), $"{path}.{field.Name}");
                }
            }
        }
    }

    private static bool IsLeaf(Type type) => type.IsPrimitive || type.IsEnum || type == typeof(string) || type == typeof(Type) || type.IsPointer;
}
