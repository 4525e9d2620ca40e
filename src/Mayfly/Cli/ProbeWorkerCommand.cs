using System.CommandLine;
using System.Diagnostics.Metrics;
using System.Text.Json;
using System.Text.Json.Serialization;
using Mayfly.Api;
using Mayfly.Dispatch;

namespace Mayfly.Cli;

/// <summary>The unprivileged part of <c>mayfly doctor</c>: brings one cell up and prints what it measured of itself.</summary>
internal static class ProbeWorkerCommand
{
    public static Command Create()
    {
        var command = new Command("probe-worker", "Started by mayfly-cells for `mayfly doctor`.") { Hidden = true };
        Settings.AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            var settings = Settings.Read(parsed);
            using var meter = new Meter("Mayfly");
            using var logs = LoggerFactory.Create(_ => { });
            using var control = CellsControl.FromInherited(Handover.ControlDescriptor);
            await using var dispatcher = Dispatcher.Start(control, GatewayOptions.From(settings).Dispatch, TimeProvider.System, meter, logs);
            await RunWorkerCommand.UntilReadyAsync(dispatcher, Installation.From(settings).Patience(RunWorkerCommand.UsualPatience), stop);
            Console.WriteLine(JsonSerializer.Serialize(dispatcher.Fleet.Newest!, ProbeJson.Default.CellDescription));
            return 0;
        });
        return command;
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(CellDescription))]
internal sealed partial class ProbeJson : JsonSerializerContext;
