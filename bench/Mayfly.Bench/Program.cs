using Mayfly.Bench;

// Theory of operation: bench starts a service of its own on a free port, asks it and its yardsticks in turns, and is on the same machine as all of
// them. Absolute times depend on the machine and its neighbours, so what counts are medians of ratios of neighbours in time,
// and CPU time and faults. Whatever bench starts ends with it.
var root = BenchCommand.Create();
root.Subcommands.Add(SoakCommand.Create());
root.Subcommands.Add(AccountingCommand.Create());
root.Subcommands.Add(GuessesCommand.Create());
root.Subcommands.Add(SdksCommand.Create());
root.Subcommands.Add(OverloadCommand.Create());
root.Subcommands.Add(LaunchersCommand.Create());
return await root.Parse(args).InvokeAsync();
