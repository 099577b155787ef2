using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace TrainDsl.Tests.Monitoring;

/// <summary>A small terminal: what is to be seen once bytes were written to it, with all that scrolled away. Characters are one cell wide.</summary>
internal sealed class Screen(int columns)
{
    private readonly List<StringBuilder> _rows = [new()];
    private int _row;
    private int _column;

    public bool IsCursorVisible { get; private set; } = true;

    /// <summary>The rows from the top, without blanks at their ends.</summary>
    public string[] Rows => [.. _rows.Select(static row => row.ToString().TrimEnd())];

    public void Write(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '\r':
                    _column = 0;
                    break;
                case '\n':
                    Down();
                    break;
                case '\u001b' when i + 1 < text.Length && text[i + 1] == '[':
                    int end = i + 2;
                    while (end < text.Length && !char.IsAsciiLetter(text[end]))
                    {
                        end++;
                    }

                    Control(text[(i + 2)..end], text[end]);
                    i = end;
                    break;
                case >= ' ':
                    Put(text[i]);
                    break;
            }
        }
    }

    private void Put(char character)
    {
        if (_column == columns)
        {
            _column = 0;
            Down();
        }

        StringBuilder row = _rows[_row];
        row.Append(' ', Math.Max(0, _column + 1 - row.Length));
        row[_column++] = character;
    }

    private void Down()
    {
        _row++;
        if (_row == _rows.Count)
        {
            _rows.Add(new StringBuilder());
        }
    }

    private void Control(string arguments, char command)
    {
        int count = int.TryParse(arguments, out int number) ? number : 0;
        switch (command)
        {
            case 'A':
                _row = Math.Max(0, _row - Math.Max(1, count));
                break;
            case 'K' when count == 2:
                _rows[_row].Clear();
                break;
            case 'K' when count == 0:
                _rows[_row].Length = Math.Min(_rows[_row].Length, _column);
                break;
            case 'h' or 'l' when arguments == "?25":
                IsCursorVisible = command == 'h';
                break;
            case 'm' or 'h' or 'l':
                break;
            default:
                throw new NotSupportedException($"The test's terminal does not know ESC[{arguments}{command}.");
        }
    }
}
