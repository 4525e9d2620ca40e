using System.Buffers;
using Mayfly.Protocol.Messages;

namespace Mayfly.Agent.Tiers;

/// <summary>Looks which of a few modules a program seems to import. A hint: a wrong guess costs time, never correctness.</summary>
/// <remarks>
/// One pass over the bytes, without a parser: hostile code decides what it sees, so it must be linear and cannot be believed.
/// Python: lines that begin, after blanks, with <c>import</c> or <c>from</c>. JavaScript: <c>require(</c>, <c>import(</c> or
/// <c>from</c> followed by a quoted name.
/// </remarks>
internal static class ImportScan
{
    private static readonly SearchValues<byte> s_nameEnds = SearchValues.Create(" \t\r\n,;.#(\\"u8);

    /// <summary>Marks each name that the program seems to import.</summary>
    /// <param name="language">The program's.</param>
    /// <param name="code">The program.</param>
    /// <param name="names">Names to look for: top-level packages, ASCII.</param>
    /// <param name="found">Set to true at the index of each name that was seen; as long as <paramref name="names"/>.</param>
    public static void Mark(Language language, ReadOnlySpan<byte> code, byte[][] names, Span<bool> found)
    {
        if (language == Language.Python) MarkPython(code, names, found);
        else MarkJavaScript(code, names, found);
    }

    private static void MarkPython(ReadOnlySpan<byte> code, byte[][] names, Span<bool> found)
    {
        while (!code.IsEmpty)
        {
            var end = code.IndexOf((byte)'\n');
            var line = end < 0 ? code : code[..end];
            code = end < 0 ? default : code[(end + 1)..];

            // Several statements may share a line.
            foreach (var part in line.Split((byte)';'))
            {
                var statement = line[part].TrimStart(" \t"u8);
                if (statement.StartsWith("from "u8)) MarkName(statement[5..], names, found);
                else if (statement.StartsWith("import "u8)) MarkNames(statement[7..], names, found);
            }
        }
    }

    // import a, b.c as d
    private static void MarkNames(ReadOnlySpan<byte> list, byte[][] names, Span<bool> found)
    {
        foreach (var part in list.Split((byte)',')) MarkName(list[part], names, found);
    }

    private static void MarkName(ReadOnlySpan<byte> text, byte[][] names, Span<bool> found)
    {
        text = text.TrimStart(" \t"u8);
        var end = text.IndexOfAny(s_nameEnds);
        MarkExact(end < 0 ? text : text[..end], names, found);
    }

    private static void MarkJavaScript(ReadOnlySpan<byte> code, byte[][] names, Span<bool> found)
    {
        // A name stands between quotes, after "(" or "from": what is before the quote is not looked at, since any string with
        // such a name is rare enough.
        while (true)
        {
            var start = code.IndexOfAny((byte)'\'', (byte)'"', (byte)'`');
            if (start < 0) return;
            var quote = code[start];
            code = code[(start + 1)..];
            var end = code[..Math.Min(code.Length, 64)].IndexOf(quote);
            if (end < 0) continue;
            var name = code[..end];
            var slash = name.IndexOf((byte)'/');
            MarkExact(slash < 0 ? name : name[..slash], names, found);
        }
    }

    private static void MarkExact(ReadOnlySpan<byte> name, byte[][] names, Span<bool> found)
    {
        for (var i = 0; i < names.Length; i++)
        {
            if (name.SequenceEqual(names[i])) found[i] = true;
        }
    }
}
