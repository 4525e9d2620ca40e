using System.CommandLine;
using Mayfly.Cli.Attack;
using Mayfly.Cli.Remote;

namespace Mayfly.Cli;

/// <summary>Every command.</summary>
internal static class Commands
{
    public static RootCommand Create()
    {
        var root = new RootCommand("Runs untrusted Python and JavaScript over HTTP: code in, result out, everything destroyed.")
        {
            ServeCommand.Create(),
            RunCommand.Create(),
            LoginCommand.CreateLogin(),
            LoginCommand.CreateLogout(),
            UsageCommand.Create(),
            RuntimesCommand.Create(),
            McpCommand.Create(),
            AttackCommand.Create(),
            KeysCommand.Create(),
            AccountsCommand.Create(),
            LedgerCommand.Create(),
            BackupCommand.CreateBackup(),
            BackupCommand.CreateRestore(),
            ImageCommand.Create(),
            DoctorCommand.Create(),
            DetachedCommands.CreateStart(),
            DetachedCommands.CreateStop(),
            CompletionCommand.Create(),
            GatewayCommand.Create(),
            RunWorkerCommand.Create(),
            ProbeWorkerCommand.Create(),
        };
        root.Subcommands.Add(ManualCommand.Create(root));
        Examples.AddTo(root);
        return root;
    }
}
