namespace Mayfly.Cells;

/// <summary>One line per event on standard error, where systemd or the terminal dates it. Never code, output or keys.</summary>
internal static class Log
{
    /// <summary>Says only what went wrong: in <c>mayfly run</c> standard error is the program's.</summary>
    public static bool OnlyFailures { get; set; }

    /// <summary>What is as it should be.</summary>
    public static void Event(string line)
    {
        if (!OnlyFailures)
        {
            Write(line);
        }
    }

    /// <summary>What is not.</summary>
    public static void Write(string line) => Console.Error.WriteLine($"mayfly-cells: {line}");
}
