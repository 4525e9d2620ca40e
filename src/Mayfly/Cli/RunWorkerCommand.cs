using System.CommandLine;
using System.Diagnostics.Metrics;
using System.IO.Pipelines;
using Mayfly.Api;
using Mayfly.Dispatch;

namespace Mayfly.Cli;

/// <summary>The unprivileged part of <c>mayfly run</c>: program text on stdin, mayfly-cells on <see cref="Handover.ControlDescriptor"/>.</summary>
internal static class RunWorkerCommand
{
    // Hello of a cell comes after its self-test.
    internal static readonly TimeSpan UsualPatience = TimeSpan.FromSeconds(240);

    public static Command Create()
    {
        var language = new Option<string>("--language") { Required = true };
        var cold = new Option<bool>("--cold");
        var json = new Option<bool>("--json");
        var command = new Command("run-worker", "Started by mayfly-cells for `mayfly run`.") { language, cold, json };
        command.Hidden = true;
        Settings.AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            var execution = new Execution
            {
                Language = parsed.GetRequiredValue(language) switch
                {
                    "python" => Language.Python,
                    "javascript" => Language.JavaScript,
                    var other => throw new CommandFailure($"--language {other}: it is python or javascript", RunCommand.OwnFailure),
                },
                Code = await ReadProgramAsync(stop),
                Cold = parsed.GetValue(cold),
            };
            return await ExecuteAsync(Settings.Read(parsed), execution, parsed.GetValue(json), stop);
        });
        return command;
    }

    private static async Task<int> ExecuteAsync(IConfiguration settings, Execution execution, bool asJson, CancellationToken stop)
    {
        using var meter = new Meter("Mayfly");
        using var logs = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Warning).AddSimpleConsole(console => console.SingleLine = true).AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace));
        using var control = CellsControl.FromInherited(Handover.ControlDescriptor);
        await using var dispatcher = Dispatcher.Start(control, GatewayOptions.From(settings).Dispatch, TimeProvider.System, meter, logs);
        await UntilReadyAsync(dispatcher, Installation.From(settings).Patience(UsualPatience), stop);

        var result = await dispatcher.ExecuteAsync(execution, turn: 0, stop);
        if (result.Fault is { } fault)
        {
            throw new CommandFailure($"the program could not be run: {fault.Cause}: {fault.Detail}", RunCommand.OwnFailure);
        }

        if (asJson)
        {
            // Nothing is charged here.
            await new ExecuteResponse(result, microUsd: 0).WriteAsync(PipeWriter.Create(Console.OpenStandardOutput()), stop);
            Console.WriteLine();
            return result.ExitCode;
        }

        await Console.Out.WriteAsync(result.Stdout);
        await Console.Error.WriteAsync(result.Stderr);

        if (Reason(result, GatewayOptions.From(settings).Dispatch.Limits) is { } reason)
        {
            await Console.Error.WriteLineAsync($"mayfly: {reason}");
        }

        return result.ExitCode;
    }

    // Said only where the exit code alone would mislead.
    private static string? Reason(ExecutionResult result, ExecutionLimits limits) => result.Termination switch
    {
        Termination.Timeout => $"ended by the time limit of {limits.TimeMs} ms",
        Termination.OutOfMemory => $"ended by the memory limit of {limits.MemoryBytes >> 20} MiB",
        _ => null,
    };

    internal static async Task UntilReadyAsync(Dispatcher dispatcher, TimeSpan patience, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(patience);
        while (!dispatcher.IsReady)
        {
            if (dispatcher.Fleet.LastFailure is { } failure)
            {
                throw new CommandFailure($"no cell came up: {failure}", RunCommand.OwnFailure);
            }

            try
            {
                await Task.Delay(TimeSpan.FromMilliseconds(10), limit.Token);
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                throw new CommandFailure($"no cell came up within {patience.TotalSeconds} s; `mayfly doctor` tells why", RunCommand.OwnFailure);
            }
        }
    }

    private static async Task<byte[]> ReadProgramAsync(CancellationToken stop)
    {
        await using var input = Console.OpenStandardInput();
        using var text = new MemoryStream();
        await input.CopyToAsync(text, stop);
        return text.ToArray();
    }
}
