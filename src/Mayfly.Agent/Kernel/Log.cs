using System.Globalization;
using System.Text;

namespace Mayfly.Agent.Kernel;

/// <summary>One line an event to standard error, which whoever launched the cell reads. Never code, output or file names of a program.</summary>
internal static unsafe class Log
{
    // PIPE_BUF: a write of so much is taken whole by a pipe that poll says is writable.
    private const int MaxLineBytes = 4096;
    private const short PollWritable = 4;

    /// <summary>Writes the line, or drops it when standard error would block: PID 1 waits for nobody.</summary>
    public static void Line(string text)
    {
        var entry = new LibC.PollEntry { Fd = 2, Wanted = PollWritable };
        if (LibC.Poll(&entry, 1, 0) != 1 || (entry.Found & PollWritable) == 0) return;

        var line = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"mayfly-agent: {text}\n"));
        fixed (byte* start = line)
        {
            _ = LibC.Write(2, start, (nuint)Math.Min(line.Length, MaxLineBytes));
        }
    }
}
