using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace TrainDsl.CodeFixes;

/// <summary>Edits of whole lines, in the style of the lines around them.</summary>
internal static class SourceLines
{
    /// <summary>A line break and the indentation of the line that a node begins on.</summary>
    public static string NewLine(SourceText text, SyntaxNode node)
    {
        TextLine line = text.Lines.GetLineFromPosition(node.SpanStart);
        string start = text.ToString(TextSpan.FromBounds(line.Start, node.SpanStart));
        return Break(text, line) + start.Substring(0, start.Length - start.TrimStart().Length);
    }

    /// <summary>Adds an attribute list as the last of a type or a member.</summary>
    public static TextChange AddAttribute(SourceText text, MemberDeclarationSyntax member, string attribute)
    {
        if (member.AttributeLists.Count == 0)
        {
            return new TextChange(new TextSpan(member.SpanStart, 0), attribute + NewLine(text, member));
        }

        AttributeListSyntax last = member.AttributeLists[member.AttributeLists.Count - 1];
        return new TextChange(new TextSpan(last.Span.End, 0), NewLine(text, last) + attribute);
    }

    /// <summary>Adds a member, given by its lines, as the last of a type that has a body; a body is made where there is none.</summary>
    public static TextChange AddMember(SourceText text, TypeDeclarationSyntax type, params string[] lines)
    {
        string newLine = NewLine(text, type);
        string member = string.Concat(System.Array.ConvertAll(lines, line => newLine + "    " + line));
        if (type.CloseBraceToken.IsMissing || type.CloseBraceToken.Span.IsEmpty)
        {
            TextSpan end = type.SemicolonToken.Span.IsEmpty ? new TextSpan(type.Span.End, 0) : type.SemicolonToken.Span;
            return new TextChange(end, newLine + "{" + member + newLine + "}");
        }

        // The closing brace keeps its own line, and members a blank one between them.
        int close = type.CloseBraceToken.SpanStart;
        TextLine line = text.Lines.GetLineFromPosition(close);
        bool isAlone = string.IsNullOrWhiteSpace(text.ToString(TextSpan.FromBounds(line.Start, close)));
        string blank = type.Members.Count == 0 ? "" : Break(text, line);
        return isAlone && line.Start > 0
            ? new TextChange(new TextSpan(text.Lines[line.LineNumber - 1].End, 0), blank + member)
            : new TextChange(new TextSpan(close, 0), blank + member + newLine);
    }

    /// <summary>Removes a statement, and its line if nothing else is on it.</summary>
    public static TextChange RemoveStatement(SourceText text, StatementSyntax statement)
    {
        TextLine first = text.Lines.GetLineFromPosition(statement.SpanStart);
        TextLine last = text.Lines.GetLineFromPosition(statement.Span.End);
        bool isAlone = string.IsNullOrWhiteSpace(text.ToString(TextSpan.FromBounds(first.Start, statement.SpanStart)))
            && string.IsNullOrWhiteSpace(text.ToString(TextSpan.FromBounds(statement.Span.End, last.End)));
        return new TextChange(isAlone ? TextSpan.FromBounds(first.Start, last.EndIncludingLineBreak) : statement.Span, "");
    }

    /// <summary>Removes an attribute, and its list and line where nothing else is in them.</summary>
    public static TextChange RemoveAttribute(SourceText text, AttributeSyntax attribute)
    {
        if (attribute.Parent is not AttributeListSyntax list)
        {
            return new TextChange(attribute.Span, "");
        }

        int index = list.Attributes.IndexOf(attribute);
        if (list.Attributes.Count > 1)
        {
            return index > 0
                ? new TextChange(TextSpan.FromBounds(list.Attributes[index - 1].Span.End, attribute.Span.End), "")
                : new TextChange(TextSpan.FromBounds(attribute.SpanStart, list.Attributes[1].SpanStart), "");
        }

        TextLine first = text.Lines.GetLineFromPosition(list.SpanStart);
        TextLine last = text.Lines.GetLineFromPosition(list.Span.End);
        bool isAlone = string.IsNullOrWhiteSpace(text.ToString(TextSpan.FromBounds(first.Start, list.SpanStart)))
            && string.IsNullOrWhiteSpace(text.ToString(TextSpan.FromBounds(list.Span.End, last.End)));
        return new TextChange(isAlone ? TextSpan.FromBounds(first.Start, last.EndIncludingLineBreak) : list.Span, "");
    }

    /// <summary>Removes a member with its comments and the blank lines before it.</summary>
    public static TextChange RemoveMember(SourceText text, MemberDeclarationSyntax member)
    {
        TextLine first = text.Lines.GetLineFromPosition(member.SpanStart);
        TextLine last = text.Lines.GetLineFromPosition(member.Span.End);
        bool isAlone = string.IsNullOrWhiteSpace(text.ToString(TextSpan.FromBounds(first.Start, member.SpanStart)))
            && string.IsNullOrWhiteSpace(text.ToString(TextSpan.FromBounds(member.Span.End, last.End)));
        if (!isAlone)
        {
            return new TextChange(member.Span, "");
        }

        int above = first.LineNumber;
        while (above > 0 && (string.IsNullOrWhiteSpace(text.Lines[above - 1].ToString()) || text.Lines[above - 1].Start >= member.FullSpan.Start))
        {
            above--;
        }

        return new TextChange(TextSpan.FromBounds(text.Lines[above].Start, last.EndIncludingLineBreak), "");
    }

    /// <summary>Removes arguments of an attribute, with the parentheses if no other is left.</summary>
    public static TextChange[] RemoveArguments(AttributeArgumentListSyntax list, IReadOnlyCollection<AttributeArgumentSyntax> removed)
    {
        AttributeArgumentSyntax[] kept = [.. list.Arguments.Where(argument => !removed.Contains(argument))];
        if (kept.Length == 0)
        {
            return [new TextChange(list.Span, "")];
        }

        // Each goes with the comma behind it; those behind the last that stays, with the comma before them.
        int end = kept[kept.Length - 1].Span.End;
        var changes = new List<TextChange>();
        for (int index = 0; index < list.Arguments.Count; index++)
        {
            AttributeArgumentSyntax argument = list.Arguments[index];
            if (removed.Contains(argument) && argument.SpanStart < end)
            {
                changes.Add(new TextChange(TextSpan.FromBounds(argument.SpanStart, list.Arguments[index + 1].SpanStart), ""));
            }
        }

        if (end < list.Arguments[list.Arguments.Count - 1].Span.End)
        {
            changes.Add(new TextChange(TextSpan.FromBounds(end, list.Arguments[list.Arguments.Count - 1].Span.End), ""));
        }

        return [.. changes];
    }

    private static string Break(SourceText text, TextLine line)
    {
        string lineBreak = text.ToString(TextSpan.FromBounds(line.End, line.EndIncludingLineBreak));
        return lineBreak.Length == 0 ? "\n" : lineBreak;
    }
}
