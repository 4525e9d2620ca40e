using System.CommandLine;
using Mayfly.Cli;

// The gateway and every command. What needs root is mayfly-cells (src/Mayfly.Cells), which `serve` and `run`
// become; it starts `gateway` or `run-worker` from this same program as an unprivileged user.
try
{
    // No termination time-out: the library's own would end a draining gateway after two seconds.
    return await Commands.Create().Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
}
catch (CommandFailure failure)
{
    await Console.Error.WriteLineAsync($"mayfly: {failure.Message}");
    return failure.ExitCode;
}
