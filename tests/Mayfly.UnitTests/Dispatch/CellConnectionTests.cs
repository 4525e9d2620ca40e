using System.Net.Sockets;
using CsCheck;
using Google.Protobuf;
using Mayfly.Dispatch;
using Mayfly.Protocol.Descriptors;
using Mayfly.Protocol.Messages;
using Microsoft.Win32.SafeHandles;
using Termination = Mayfly.Dispatch.Termination;
using Wire = Mayfly.Protocol.Messages;

namespace Mayfly.UnitTests.Dispatch;

public sealed class CellConnectionTests
{
    private static readonly DispatchOptions s_options = new() { SlotsPerCell = 1, Limits = new() { OutputBytes = 1024 } };

    // Mostly plausible, so that a sequence gets somewhere before it breaks a rule.
    private static readonly Gen<ulong> s_id = Gen.Frequency((20, Gen.ULong[1, 2]), (1, Gen.ULong));
    private static readonly Gen<int> s_enum = Gen.Frequency((20, Gen.Int[1, 6]), (1, Gen.Int));

    private static readonly Gen<FromAgent> s_anything = Gen.Frequency(
        (3, s_id.Select(id => new FromAgent { Started = new() { Id = id } })),
        (3, Gen.Select(s_id, Gen.Int[1, 2], Gen.Byte.Array[1, 600], (id, stream, data) =>
            new FromAgent { Output = new() { Id = id, Stream = (Wire.Stream)stream, Data = ByteString.CopyFrom(data) } })),
        (3, Gen.Select(Gen.Select(s_id, s_enum, Gen.UInt[0, 260], Gen.UInt[0, 66]), Gen.Select(Gen.Bool, Gen.ULong, Gen.ULong, Gen.ULong), Gen.Bool, Gen.String[0, 20],
            (how, numbers, cut, failure) => new FromAgent
            {
                Finished = new()
                {
                    Id = how.Item1,
                    Termination = (Wire.Termination)how.Item2,
                    ExitCode = how.Item3,
                    Signal = how.Item4,
                    Started = numbers.Item1,
                    WallTimeUs = numbers.Item2,
                    CpuTimeUs = numbers.Item3,
                    PeakMemoryBytes = numbers.Item4,
                    StdoutTruncated = cut,
                    Failure = failure,
                },
            })),
        (1, Gen.UInt[0, 2].Select(slot => new FromAgent { SlotReady = new() { Slot = slot } })),
        (1, Gen.Const(new FromAgent { Status = new() })));

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

    [Fact]
    public Task Whatever_a_cell_says_each_execution_is_answered_within_its_bounds() =>
        s_anything.List[0, 12].SampleAsync(async words =>
        {
            var (connection, agent) = await OpenAsync();
            var reading = connection.ReadAsync(() => { }, () => { });
            var running = new[] { connection.RunAsync(DispatcherTests.Program("1"), CancellationToken.None), connection.RunAsync(DispatcherTests.Program("2"), CancellationToken.None) };

            await agent.SendAsync([.. words]);
            agent.Dispose();
            await reading;

            return (await Task.WhenAll(running)).All(result =>
                (result.Termination == Termination.Infrastructure) == (result.Fault is not null)
                && result.ExitCode is >= -1 and <= 255
                && result.Stdout.Length + result.Stderr.Length <= 2 * s_options.Limits.OutputBytes
                && result.WallTime >= TimeSpan.Zero && result.WallTime < TimeSpan.FromMinutes(5)
                && result.PeakMemoryBytes >= 0 && result.PeakMemoryBytes <= s_options.Limits.MemoryBytes);
        }, iter: 500);

    [Fact]
    public async Task A_hundred_cells_that_ended_leave_no_thread()
    {
        const uint First = 700_000;
        for (var cell = First; cell < First + 100; cell++)
        {
            var (connection, agent) = await OpenAsync(cell);
            using var reading = connection.ReadAsync(() => { }, () => { });
            Assert.Contains($"cell {cell}", ThreadNames());

            // In turns: the cell ends, the gateway drops it, the cell breaks a rule.
            if (cell % 3 == 0) agent.Dispose();
            else if (cell % 3 == 1) connection.Drop(new Fault(FaultCause.CellSilent, "late"));
            else await agent.SendAsync(new FromAgent { Started = new() { Id = 99 } });
            await reading.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
            connection.Dispose();
            agent.Dispose();
        }

        // A thread says that it is over a moment before the kernel has removed it.
        await FakeCells.UntilAsync(() => !ThreadNames().Any(name => name.StartsWith("cell 700", StringComparison.Ordinal)), "threads are left");
    }

    [Fact]
    public async Task Who_sends_to_a_cell_that_does_not_read_waits_without_a_thread_of_the_pool_and_is_answered_when_the_cell_is_dropped()
    {
        const uint Cell = 71_000;
        var (connection, agent) = await OpenAsync(Cell);
        var reading = connection.ReadAsync(() => { }, () => { });

        // More than the kernel holds for the two of them. None of these calls may keep this thread.
        var running = Enumerable.Range(0, 3).Select(_ => connection.RunAsync(DispatcherTests.Program(new string('x', 1_000_000)), CancellationToken.None)).ToArray();
        await FakeCells.UntilAsync(() => ThreadNames().Contains($"cell {Cell} send"), "nobody sends");
        Assert.Equal(1, ThreadNames().Count(name => name == $"cell {Cell} send"));
        Assert.DoesNotContain(running, one => one.IsCompleted);

        connection.Drop(new Fault(FaultCause.CellSilent, "late"));

        var results = await Task.WhenAll(running).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.All(results, result => Assert.Equal((FaultCause.CellSilent, false), (result.Fault?.Cause, result.Started)));
        await reading.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        await FakeCells.UntilAsync(() => !ThreadNames().Any(name => name.StartsWith($"cell {Cell}", StringComparison.Ordinal)), "threads are left");
        connection.Dispose();
        agent.Dispose();
    }

    [Fact]
    public async Task A_cell_is_known_to_be_over_before_what_was_in_it_is_answered()
    {
        var (connection, agent) = await OpenAsync();
        var (answeredBefore, answers) = (false, (Task<ExecutionResult>?)null);
        var running = answers = connection.RunAsync(DispatcherTests.Program("x"), CancellationToken.None);
        var reading = connection.ReadAsync(() => { }, () => answeredBefore = connection.Running == 0 || answers.IsCompleted);

        agent.Dispose();
        await running;
        await reading;

        Assert.False(answeredBefore);
        connection.Dispose();
    }

    // As the kernel has them: 15 characters of each.
    private static List<string> ThreadNames()
    {
        var names = new List<string>();
        foreach (var thread in Directory.GetDirectories("/proc/self/task"))
        {
            try
            {
                names.Add(System.IO.File.ReadAllText(Path.Combine(thread, "comm")).TrimEnd('\n'));
            }
            catch (IOException)
            {
                // It has ended meanwhile.
            }
        }

        return names;
    }

    private static async Task<(CellConnection Connection, FakeAgent Agent)> OpenAsync(uint cell = 1)
    {
        var (ours, theirs) = SocketPair.Stream();
        var agent = new FakeAgent(ToSocket(theirs));
        var connection = new CellConnection(cell, ours, s_options, TimeProvider.System);
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
