using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.HostTests.Hygiene;

/// <summary>Looks for a text in all memory of a process.</summary>
internal static class ProcessMemory
{
    /// <summary>Whether a process has a text somewhere in memory that it can write, as UTF-8 or UTF-16.</summary>
    public static bool Holds(int pid, string text)
    {
        byte[][] forms = [Encoding.UTF8.GetBytes(text), Encoding.Unicode.GetBytes(text)];
        var longest = forms.Max(form => form.Length);
        var buffer = new byte[longest + (1 << 20)];
        using var memory = Open(pid);
        if (memory is null) return false;
        foreach (var (begin, end) in Mappings(pid))
        {
            // Each piece overlaps the one before, so that nothing hides between two.
            for (var at = begin; at < end; at += buffer.Length - longest)
            {
                var piece = buffer.AsSpan(0, (int)Math.Min(buffer.Length, end - at));
                int count;
                try
                {
                    count = RandomAccess.Read(memory, piece, at);
                }
                catch (IOException)
                {
                    break; // [vvar], or one that was unmapped meanwhile
                }

                foreach (var form in forms)
                {
                    if (piece[..count].IndexOf(form) >= 0) return true;
                }
            }
        }

        return false;
    }

    // Null: a child that was replaced meanwhile has no memory.
    private static SafeFileHandle? Open(int pid)
    {
        try
        {
            return File.OpenHandle($"/proc/{pid}/mem");
        }
        catch (Exception gone) when (gone is DirectoryNotFoundException or FileNotFoundException)
        {
            return null;
        }
    }

    // "begin-end rw-p …": what can be read, and is no file's unchanged contents.
    private static IEnumerable<(long Begin, long End)> Mappings(int pid) =>
        from line in Lines($"/proc/{pid}/maps")
        let fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        where fields[1].StartsWith("rw", StringComparison.Ordinal)
        let range = fields[0].Split('-')
        let begin = ulong.Parse(range[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture)
        where begin < long.MaxValue
        select ((long)begin, long.Parse(range[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture));

    private static string[] Lines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (IOException)
        {
            return [];
        }
    }
}
