using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace TrainDsl.Monitoring;

/// <summary>
/// A line at the bottom of a terminal that changes in place. Whatever else is written to the console while it is there, by <see cref="Console"/> or by
/// Spectre.Console, appears above it, whole: the line is cleared, the text is written, and once that has ended a line, the status comes back below.
/// </summary>
/// <remarks>
/// The cursor stays visible, and no thread draws: a process that is killed leaves the terminal as it should be. Native code writes past this; its text comes
/// after the status, which then goes on below. A text that does not end its line keeps the status away until it does.
/// </remarks>
internal sealed class StatusLine : IRenderHook, IDisposable
{
    private const string Clear = "\r\u001b[2K";

    private static StatusLine? s_onProcessConsole;

    private readonly Lock _gate = new();
    private readonly IAnsiConsole _console;
    private readonly TextWriter _writer;
    private readonly TextWriter? _output;
    private readonly TextWriter? _error;
    private readonly TextWriter? _watchedOutput;
    private readonly TextWriter? _watchedError;
    private string _text = "";
    private bool _atLineStart = true;
    private bool _isShown;
    private bool _isEnded;

    private StatusLine(IAnsiConsole console, bool watchesProcess)
    {
        _console = console;
        _writer = console.Profile.Out.Writer;
        console.Pipeline.Attach(this);
        if (!watchesProcess)
        {
            return;
        }

        _output = Console.Out;
        Console.SetOut(new WatchedWriter(this, _output));
        _watchedOutput = Console.Out;
        if (!Console.IsErrorRedirected)
        {
            _error = Console.Error;
            Console.SetError(new WatchedWriter(this, _error));
            _watchedError = Console.Error;
        }
    }

    /// <summary>Begins a status line.</summary>
    /// <param name="console">A terminal.</param>
    /// <returns>Null where another display has the terminal.</returns>
    public static StatusLine? TryBegin(IAnsiConsole console)
    {
        if (IsTaken(console))
        {
            return null;
        }

        bool watchesProcess = ReferenceEquals(console.Profile.Out.Writer, Console.Out);
        var line = new StatusLine(console, watchesProcess);
        if (watchesProcess)
        {
            Volatile.Write(ref s_onProcessConsole, line);
        }

        return line;
    }

    /// <summary>Whether a display has the terminal: another run's, or one of Spectre.Console, which allows one at a time.</summary>
    public static bool IsTaken(IAnsiConsole console)
    {
        if (Volatile.Read(ref s_onProcessConsole) is { } other && ReferenceEquals(other._writer, console.Profile.Out.Writer))
        {
            return true;
        }

        try
        {
            return !console.ExclusivityMode.Run(static () => true);
        }
        catch (InvalidOperationException)
        {
            return true;
        }
    }

    /// <summary>Shows a status.</summary>
    /// <param name="status">One cell for each character; what is wider than the terminal is cut off.</param>
    public void Show(string status)
    {
        lock (_gate)
        {
            _text = status;
            if (_atLineStart && !_isEnded)
            {
                Emit(_writer, Redrawn(Clear));
            }
        }
    }

    /// <summary>Writes a line above the status.</summary>
    public void WriteLine(string line)
    {
        lock (_gate)
        {
            string before = _isShown ? Clear : _atLineStart ? "" : Environment.NewLine;
            _atLineStart = true;
            Emit(_writer, Redrawn(before + line + Environment.NewLine));
        }
    }

    /// <summary>Clears the status and gives the console back.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_isEnded)
            {
                return;
            }

            _isEnded = true;
            if (_isShown)
            {
                _isShown = false;
                Emit(_writer, Clear);
            }
        }

        _console.Pipeline.Detach(this);
        if (_output is not null && ReferenceEquals(Console.Out, _watchedOutput))
        {
            Console.SetOut(_output);
        }

        if (_error is not null && ReferenceEquals(Console.Error, _watchedError))
        {
            Console.SetError(_error);
        }

        _ = Interlocked.CompareExchange(ref s_onProcessConsole, null, this);
    }

    /// <summary>What Spectre.Console writes.</summary>
    public IEnumerable<IRenderable> Process(RenderOptions options, IEnumerable<IRenderable> renderables)
    {
        string before = "";
        lock (_gate)
        {
            if (_isShown)
            {
                _isShown = false;
                before = Clear;
            }
        }

        yield return new Code(() => before);
        bool endsLine = false;
        bool wrote = false;
        foreach (IRenderable renderable in renderables)
        {
            yield return new Watched(renderable, segment =>
            {
                if (segment.Text.Length > 0)
                {
                    wrote = true;
                    endsLine = segment.Text[^1] == '\n';
                }
            });
        }

        // Rendered last: what was rendered before says whether the line has ended.
        yield return new Code(() =>
        {
            lock (_gate)
            {
                _atLineStart = wrote ? endsLine : _atLineStart;
                return Redrawn("");
            }
        });
    }

    // What others write fails for them as it would have without this.
    private void Pass(TextWriter target, string text)
    {
        if (text.Length == 0)
        {
            return;
        }

        lock (_gate)
        {
            string before = _isShown ? Clear : "";
            _isShown = false;
            _atLineStart = text[^1] == '\n';
            target.Write(Redrawn(before + text));
        }
    }

    // The text, and after it the status if the cursor is then at the start of a line.
    private string Redrawn(string text)
    {
        _isShown = false;
        int width = _console.Profile.Width - 1;
        if (!_atLineStart || _isEnded || _text.Length == 0 || width <= 0)
        {
            return text;
        }

        _isShown = true;
        return text + (_text.Length <= width ? _text : _text[..width]);
    }

    private static void Emit(TextWriter writer, string text)
    {
        try
        {
            writer.Write(text);
            writer.Flush();
        }
        catch (Exception e) when (ConsoleMonitor.IsOutputFailure(e))
        {
            // A display costs the run nothing but the display.
        }
    }

    private sealed class WatchedWriter(StatusLine line, TextWriter target) : TextWriter(target.FormatProvider)
    {
        public override System.Text.Encoding Encoding => target.Encoding;

        public override void Write(char value) => line.Pass(target, value.ToString());

        public override void Write(string? value) => line.Pass(target, value ?? "");

        public override void Write(char[] buffer, int index, int count) => line.Pass(target, new string(buffer, index, count));

        public override void Write(ReadOnlySpan<char> buffer) => line.Pass(target, new string(buffer));

        public override void WriteLine(string? value) => line.Pass(target, value + target.NewLine);

        public override void Flush() => target.Flush();
    }

    private sealed class Watched(IRenderable renderable, Action<Segment> onSegment) : IRenderable
    {
        public Measurement Measure(RenderOptions options, int maxWidth) => renderable.Measure(options, maxWidth);

        public IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
        {
            foreach (Segment segment in renderable.Render(options, maxWidth))
            {
                onSegment(segment);
                yield return segment;
            }
        }
    }

    private sealed class Code(Func<string> text) : IRenderable
    {
        public Measurement Measure(RenderOptions options, int maxWidth) => new(0, 0);

        public IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
        {
            string code = text();
            if (code.Length > 0)
            {
                yield return Segment.Control(code);
            }
        }
    }
}
