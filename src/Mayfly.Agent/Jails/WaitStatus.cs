namespace Mayfly.Agent.Jails;

/// <summary>What waitpid(2) says about an end.</summary>
internal static class WaitStatus
{
    /// <summary>The exit code, if the process exited by itself.</summary>
    public static int? ExitCode(int status) => (status & 0x7F) == 0 ? (status >> 8) & 0xFF : null;

    /// <summary>The signal that killed it, if one did.</summary>
    public static int? Signal(int status) => (status & 0x7F) is var signal and not 0 ? signal : null;

    /// <summary>The status of a process that exited with a code.</summary>
    public static int OfExit(uint code) => (int)(code & 0xFF) << 8;

    public static string Describe(int status) =>
        ExitCode(status) is { } code ? $"exit code {code}" : $"signal {Signal(status)}";
}
