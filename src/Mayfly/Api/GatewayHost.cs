using System.Diagnostics.Metrics;
using System.Runtime.InteropServices;
using Mayfly.Accounts;
using Mayfly.Dispatch;
using Mayfly.Store;

namespace Mayfly.Api;

/// <summary>The gateway process, from its settings to its exit code.</summary>
/// <remarks>
/// <para>Runs as an unprivileged user, started by mayfly-cells, which alone can launch cells: it is asked over the
/// socket at a descriptor, and hands each cell's stream over in return. Clients come in by the listener, what they ask
/// goes down to Dispatch, results come back up, the ledger is written before an answer.</para>
/// <para>SIGTERM or SIGINT: readiness goes first, running executions finish, exit code 0. A second one: the end at
/// once. mayfly-cells gone: the end at once, as no cell outlives it. This process gone: its claims and reservations are
/// freed by the next, what ran is charged to nobody, as nobody was answered.</para>
/// </remarks>
internal static class GatewayHost
{
    /// <summary>Settings are wrong; starting again does not help (EX_CONFIG of sysexits.h).</summary>
    public const int WrongSettings = 78;

    /// <summary>Runs until a signal or the loss of mayfly-cells.</summary>
    /// <param name="configuration">All settings.</param>
    /// <param name="controlDescriptor">The socket to mayfly-cells.</param>
    /// <param name="whenReady">Called once, when the first execution would be taken.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(IConfiguration configuration, int controlDescriptor, Func<KeyStore, Uri, Task>? whenReady = null)
    {
        GatewayOptions options;
        try
        {
            options = GatewayOptions.From(configuration);
        }
        catch (OptionsException wrong)
        {
            await Console.Error.WriteLineAsync($"mayfly: wrong settings:{Environment.NewLine}{wrong.Message}");
            return WrongSettings;
        }

        using var logs = Logs.Create(options.Log);
        using var meter = new Meter(Metrics.MeterName);
        using var signals = new StopSignals();
        using var control = CellsControl.FromInherited(controlDescriptor);
        try
        {
            await using var dispatcher = Dispatcher.Start(control, options.Dispatch, TimeProvider.System, meter, logs);
            await using var gateway = await Gateway.StartAsync(options, CellSide.Of(dispatcher), meter, logs, TimeProvider.System);
            var ready = whenReady is null ? Task.CompletedTask : CallWhenReadyAsync(gateway, whenReady, signals.Stop);

            if (await Task.WhenAny(signals.Stop, control.Lost) == control.Lost)
            {
                // Nothing to save: the cells died with mayfly-cells, and it may be starting our successor already.
                Log.CellsLost(logs.CreateLogger<Gateway>(), await control.Lost);
                Environment.Exit(1);
            }

            await gateway.DrainAsync();
            await ready;
            return 0;
        }
        catch (Exception wrong) when (wrong is DatabaseException or IOException)
        {
            await Console.Error.WriteLineAsync($"mayfly: cannot start: {wrong.Message}");
            return 1;
        }
    }

    private static async Task CallWhenReadyAsync(Gateway gateway, Func<KeyStore, Uri, Task> whenReady, Task stop)
    {
        while ((await gateway.Health.FailingAsync()).Count > 0)
        {
            if (await Task.WhenAny(stop, Task.Delay(50)) == stop) return;
        }

        await whenReady(gateway.Keys, gateway.Address);
    }

    /// <summary>SIGTERM and SIGINT. The first asks for an orderly end; the second is left to the system, which ends the process.</summary>
    private sealed class StopSignals : IDisposable
    {
        private readonly TaskCompletionSource _stop = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly PosixSignalRegistration[] _registrations;

        public StopSignals() => _registrations = [.. ((PosixSignal[])[PosixSignal.SIGTERM, PosixSignal.SIGINT]).Select(signal => PosixSignalRegistration.Create(signal, OnSignal))];

        public Task Stop => _stop.Task;

        public void Dispose()
        {
            foreach (var registration in _registrations) registration.Dispose();
        }

        private void OnSignal(PosixSignalContext context) => context.Cancel = _stop.TrySetResult();
    }
}
