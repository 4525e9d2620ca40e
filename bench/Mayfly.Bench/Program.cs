using System.CommandLine;
using Mayfly.Bench;

// Compares, in one run, what a caller waits for: a bare interpreter, the same under the sandboxes that a distribution
// offers, and Mayfly over HTTP with key check and charge. Absolute times depend on the machine and its neighbours:
// contenders take turns within seconds (A B B A), and what is reported is the median of the ratios.
var quick = new Option<bool>("--quick") { Description = "Fewer rounds: about a minute." };
var json = new Option<string?>("--json") { HelpName = "FILE", Description = "Write every figure as JSON." };
var app = new Option<string>("--app") { HelpName = "DIR", Description = "The built program.", DefaultValueFactory = _ => Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "app")) };
var images = new Option<string?>("--images") { HelpName = "DIR", Description = "Where runtime images are kept." };

var root = new RootCommand("Compares Mayfly with bare interpreters, bubblewrap and runc. Needs root; starts a service of its own on a free port.") { quick, json, app, images };
root.SetAction(async (parsed, stop) =>
{
    if (!OperatingSystem.IsLinux() || Environment.UserName != "root")
    {
        await Console.Error.WriteLineAsync("mayfly bench: needs root, for the sandboxes that it compares with. Run it with sudo.");
        return 77;
    }

    using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
    limit.CancelAfter(TimeSpan.FromMinutes(5));
    await using var service = await Service.StartAsync(parsed.GetRequiredValue(app), parsed.GetValue(images), limit.Token);
    using var rootFileSystem = BenchRoot.Mount(service.ImageRoot);
    var contenders = Contenders.All(service, rootFileSystem);
    var results = await Comparison.RunAsync(contenders, Workload.All, parsed.GetValue(quick), limit.Token);
    var report = new BenchReport(Machine.Describe(), Probes.Measure(), service.Runtimes, results);
    ReportTable.Print(report);
    if (parsed.GetValue(json) is { } file)
    {
        await File.WriteAllTextAsync(file, report.ToJson(), limit.Token);
    }

    return results.Any(result => result.Failure is not null) ? 1 : 0;
});
var runs = new Option<int>("--runs") { HelpName = "N", Description = "Executions.", DefaultValueFactory = _ => 10_000 };
var soak = new Command("soak", "Many mixed executions; shows what the service holds before and after.") { runs, app, images };
soak.SetAction(async (parsed, stop) =>
{
    await using var service = await Service.StartAsync(parsed.GetRequiredValue(app), parsed.GetValue(images), stop);
    return await Soak.RunAsync(service, parsed.GetValue(runs), stop);
});
root.Subcommands.Add(soak);
return await root.Parse(args).InvokeAsync();
