using System.Net.Sockets;
using Mayfly.Dispatch;
using Mayfly.Protocol.Descriptors;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.UnitTests.Dispatch;

public sealed class CellConnectionTests
{
    private static readonly DispatchOptions s_options = new() { SlotsPerCell = 1 };

    [Fact]
    public async Task Whoever_reads_it_and_lets_it_go_answers_what_is_in_flight()
    {
        var (connection, agent) = await OpenAsync();
        var running = connection.RunAsync(DispatcherTests.Program("x"), CancellationToken.None);

        connection.Dispose();

        Assert.Equal(FaultCause.CellLost, (await running).Fault?.Cause);
        agent.Dispose();
    }

    [Fact]
    public async Task Nothing_is_sent_to_a_cell_that_is_over()
    {
        var (connection, agent) = await OpenAsync();
        connection.Drop(new Fault(FaultCause.CellSilent, "first"));
        connection.Drop(new Fault(FaultCause.CellLost, "second"));

        var result = await connection.RunAsync(DispatcherTests.Program("x"), CancellationToken.None);

        Assert.Equal(new Fault(FaultCause.CellSilent, "first"), result.Fault);
        connection.Dispose();
        agent.Dispose();
    }

    private static async Task<(CellConnection Connection, FakeAgent Agent)> OpenAsync()
    {
        var (ours, theirs) = SocketPair.Stream();
        var agent = new FakeAgent(ToSocket(theirs));
        var connection = new CellConnection(1, ToSocket(ours), s_options, TimeProvider.System);
        var boot = agent.BootAsync();
        Assert.NotNull(await connection.OpenAsync());
        await boot;
        return (connection, agent);
    }

    private static Socket ToSocket(SafeFileHandle handle)
    {
        var socket = new Socket(new SafeSocketHandle(handle.DangerousGetHandle(), ownsHandle: true));
        handle.SetHandleAsInvalid();
        return socket;
    }
}
