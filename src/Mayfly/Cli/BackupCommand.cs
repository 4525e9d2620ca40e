using System.CommandLine;
using Mayfly.Store;

namespace Mayfly.Cli;

/// <summary><c>mayfly backup</c> and <c>mayfly restore</c>: SQLite's file. PostgreSQL has its own means.</summary>
internal static class BackupCommand
{
    private static readonly Argument<string> To = new("file") { Description = "The copy." };

    public static Command CreateBackup()
    {
        var command = new Command("backup", "Copies keys, ledger and kept answers into a file while the service runs.") { To };
        Settings.AddTo(command);
        command.SetAction(async parsed =>
        {
            var settings = Settings.Read(parsed);
            RequireSqlite(settings, "pg_dump --format=custom --file FILE DATABASE");
            var file = Path.GetFullPath(parsed.GetRequiredValue(To));

            // Opened before root is given up: the gateway's user may write nowhere else.
            await using var target = OpenTarget(file);
            var database = StoreCommand.Open(settings);
            var rows = await SqliteBackup.WriteAsync(database, target);
            Console.WriteLine($"{file}: {target.Length} bytes, {rows} charges, checked");
            return 0;
        });
        return command;
    }

    public static Command CreateRestore()
    {
        var command = new Command("restore", "Puts a backup in the place of the database. The service must be down; what was there before is kept beside it.") { To };
        Settings.AddTo(command);
        command.SetAction(async parsed =>
        {
            var settings = Settings.Read(parsed);
            RequireSqlite(settings, "pg_restore --clean --if-exists --dbname DATABASE FILE");
            var installation = Installation.From(settings);
            if (DetachedCommands.Holder(installation.Data) is { } process) throw new CommandFailure($"the service runs (process {process}). Stop it first: ./mayfly down");
            var file = Path.GetFullPath(parsed.GetRequiredValue(To));
            try
            {
                await using var source = new FileStream(file, FileMode.Open, FileAccess.Read);
                if (SystemCalls.IsRoot)
                {
                    installation.EnsureGatewayData();
                    SystemCalls.BecomeUser(installation.User);
                }

                Console.WriteLine(await SqliteBackup.RestoreAsync(source, installation.GatewayData));
            }
            catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException or DatabaseException)
            {
                throw new CommandFailure($"cannot restore {file}: {wrong.Message}");
            }

            return 0;
        });
        return command;
    }

    private static void RequireSqlite(IConfiguration settings, string instead)
    {
        if (settings["Database"] is { Length: > 0 }) throw new CommandFailure($"this is for SQLite; PostgreSQL's own means is: {instead}");
    }

    private static FileStream OpenTarget(string file)
    {
        try
        {
            // Answers and hashes are nobody else's business. Never over something that is there.
            return new FileStream(file, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure($"cannot write {file}: {wrong.Message}");
        }
    }
}
