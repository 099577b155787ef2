using System;
using System.Text;

namespace TrainDsl.Generator.Emission;

/// <summary>Writes indented C# with line feeds, whatever the platform.</summary>
internal sealed class SourceBuilder
{
    private const int SpacesPerLevel = 4;

    private readonly StringBuilder _text = new();
    private int _level;

    /// <summary>Writes lines at the current indentation: a text of several lines is indented as a whole.</summary>
    public SourceBuilder Line(string text = "")
    {
        foreach (string line in text.Split('\n'))
        {
            _text.Append(line.Length == 0 ? "" : new string(' ', SpacesPerLevel * _level)).Append(line).Append('\n');
        }

        return this;
    }

    /// <summary>Writes lines one level deeper.</summary>
    public SourceBuilder Indented(string text)
    {
        _level++;
        Line(text);
        _level--;
        return this;
    }

    /// <summary>Writes a head and a block in braces after it, which ends when the returned value is disposed.</summary>
    public Block Braces(string head)
    {
        Line(head);
        Line("{");
        _level++;
        return new Block(this);
    }

    public override string ToString() => _text.ToString();

    /// <summary>An open block.</summary>
    internal readonly struct Block(SourceBuilder builder) : IDisposable
    {
        public void Dispose()
        {
            builder._level--;
            builder.Line("}");
        }
    }
}
