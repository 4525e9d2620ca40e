using System.CommandLine;
using Mayfly.Cli;

// The gateway and every command. What needs root is mayfly-cells (src/Mayfly.Cells), which `serve` and `run`
// become; it starts `gateway` or `run-worker` from this same program as an unprivileged user.
var root = new RootCommand("Runs untrusted Python and JavaScript over HTTP: code in, result out, everything destroyed.")
{
    ServeCommand.Create(),
    RunCommand.Create(),
    KeysCommand.Create(),
    AccountsCommand.Create(),
    LedgerCommand.Create(),
    BackupCommand.CreateBackup(),
    BackupCommand.CreateRestore(),
    ImageCommand.Create(),
    DoctorCommand.Create(),
    DetachedCommands.CreateStart(),
    DetachedCommands.CreateStop(),
    GatewayCommand.Create(),
    RunWorkerCommand.Create(),
    ProbeWorkerCommand.Create(),
};

try
{
    // No termination time-out: the library's own would end a draining gateway after two seconds.
    return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
}
catch (CommandFailure failure)
{
    await Console.Error.WriteLineAsync($"mayfly: {failure.Message}");
    return failure.ExitCode;
}
