namespace Mayfly.Cells;

/// <summary>One line per event on standard error, where systemd or the terminal dates it. Never code, output or keys.</summary>
internal static class Log
{
    public static void Write(string line) => Console.Error.WriteLine($"mayfly-cells: {line}");
}
