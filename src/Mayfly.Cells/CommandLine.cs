using System.CommandLine;
using Mayfly.Cells.Launching.Runc;
using MicroVm = Mayfly.Cells.Launching.MicroVm.Accelerator;

namespace Mayfly.Cells;

/// <summary>What mayfly-cells is told. Written by <c>mayfly serve</c> and <c>mayfly run</c>, rarely by hand.</summary>
internal sealed record CommandLine(
    string Data, string Image, string App, string User, string Launcher, int MaxCells, ulong MaxCellMemory, uint MaxCellProcesses,
    TimeSpan DrainLimit, TimeSpan Grace, bool Pool, bool Once, string? Guest, string Accelerator,
    IReadOnlyList<string> Child)
{
    /// <summary>Reads the arguments and, if they are right, runs.</summary>
    public static int Parse(string[] arguments, Func<CommandLine, int> run)
    {
        var data = Directory("--data", "The data directory. Made if missing.");
        var image = Directory("--image", "The image's directory, with rootfs/ and manifest.json.");
        var app = Directory("--app", "The published program; a copy of it is what runs.");
        var user = new Option<string>("--user") { Description = "The user whom the child runs as. Never root.", Required = true };
        var launcher = new Option<string>("--launcher") { Description = "The kind of cell.", DefaultValueFactory = _ => "container" };
        launcher.AcceptOnlyFromAmong("container", "microvm");
        var guest = Directory("--guest", "The image's part for micro-VMs, with kernel and disk. Only --launcher microvm needs it.", isRequired: false);
        var accelerator = new Option<string>("--accelerator") { Description = "What executes micro-VMs: KVM, emulation, or KVM where it works.", DefaultValueFactory = _ => MicroVm.Auto };
        accelerator.AcceptOnlyFromAmong(MicroVm.Auto, MicroVm.Kvm, MicroVm.Emulation);
        var maxCells = Bounded("--max-cells", $"Cells at the same time, starting and dying ones included: 1..{UidBlocks.MaxBlocks}.", 1, UidBlocks.MaxBlocks, 8);
        var maxMemory = Bounded("--max-cell-memory", "Bytes that one cell may be given. Default: three quarters of the machine's memory.", 64L << 20, 1L << 50, MostOfTheMemory());
        var maxProcesses = Bounded("--max-cell-processes", "Processes and threads that one cell may be given: 16..1000000.", 16, 1_000_000, 16_384);
        var drain = Bounded("--drain-seconds", "How long the child may finish what it has begun when it is told to end: 0..3600.", 0, 3600, 30);
        var grace = Bounded("--grace-seconds", "On top of that, and for its exit once it has closed its socket: what a machine that is out of breath may cost. Then it is killed: 0..3600.", 0, 3600, 60);
        var pool = new Option<bool>("--pool") { Description = "--data is a directory of data directories: take the first of 1, 2, … in it that nobody uses." };
        var once = new Option<bool>("--once") { Description = "Do not restart the child; its exit code becomes ours (125: our own failure)." };

        var root = new RootCommand(
            "Launches, kills and sweeps Mayfly's cells, for one unprivileged child that asks for them. Runs as root. "
            + $"After the options and -- comes the child's command; {Supervision.UnprivilegedChild.AppPlaceholder} in it stands for the program's copy.")
        {
            data, image, app, user, launcher, guest, accelerator, maxCells, maxMemory, maxProcesses, drain, grace, pool, once,
        };

        // Parted here and not by the parser: a mistyped option must not become the child's command.
        var dashes = Array.IndexOf(arguments, "--");
        var (own, child) = dashes < 0 ? (arguments, []) : (arguments[..dashes], arguments[(dashes + 1)..]);
        root.Validators.Add(result =>
        {
            if (child.Length == 0)
            {
                result.AddError("-- and the child's command are missing.");
            }
        });
        root.Validators.Add(result =>
        {
            if (result.GetResult(launcher)?.Tokens is [{ Value: "microvm" }] && result.GetResult(guest) is null)
            {
                result.AddError("--launcher microvm needs --guest.");
            }
        });
        root.SetAction(parsed => run(new CommandLine(
            parsed.GetRequiredValue(data), parsed.GetRequiredValue(image), parsed.GetRequiredValue(app), parsed.GetRequiredValue(user),
            parsed.GetRequiredValue(launcher), (int)parsed.GetValue(maxCells), (ulong)parsed.GetValue(maxMemory), (uint)parsed.GetValue(maxProcesses),
            TimeSpan.FromSeconds(parsed.GetValue(drain)), TimeSpan.FromSeconds(parsed.GetValue(grace)), parsed.GetValue(pool), parsed.GetValue(once),
            parsed.GetValue(guest), parsed.GetRequiredValue(accelerator), child)));

        var parsed = root.Parse(own, new ParserConfiguration { ResponseFileTokenReplacer = null });
        return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    }

    private static Option<string> Directory(string name, string description, bool isRequired = true)
    {
        var option = new Option<string>(name) { Description = description, Required = isRequired };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !token.Value.StartsWith('/'))
            {
                result.AddError($"{name} {token.Value}: an absolute path is needed.");
            }
        });
        return option;
    }

    private static Option<long> Bounded(string name, string description, long least, long most, long otherwise)
    {
        var option = new Option<long>(name) { Description = description, DefaultValueFactory = _ => otherwise };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && (!long.TryParse(token.Value, out var value) || value < least || value > most))
            {
                result.AddError($"{name} {token.Value}: it must be within {least}..{most}.");
            }
        });
        return option;
    }

    private static long MostOfTheMemory() => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4 * 3;
}
