using System.Globalization;
using System.Text;

namespace Mayfly.Dispatch;

/// <summary>Makes a cell's words fit to be logged and shown: short, on one line, without control or formatting characters.</summary>
internal static class CellText
{
    /// <summary>A name or a version.</summary>
    internal const int NameCharacters = 64;

    /// <summary>A reason in words.</summary>
    internal const int ReasonCharacters = 512;

    /// <summary>At most <paramref name="characters"/> of the text, with a dot for each character that could mislead a reader or a terminal.</summary>
    internal static string Clean(string text, int characters)
    {
        var clean = new StringBuilder(Math.Min(text.Length, characters));
        foreach (var rune in text.EnumerateRunes())
        {
            if (clean.Length + rune.Utf16SequenceLength > characters) break;
            if (IsPlain(rune)) clean.Append(rune);
            else clean.Append('·');
        }

        return clean.ToString();
    }

    private static bool IsPlain(Rune rune) => Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
}
