using System.Diagnostics;
using Mayfly.Protocol.Messages;

namespace Mayfly.HostTests.Agents;

/// <summary>What is left when an execution, a jail, a jailer or a cell ends: nothing.</summary>
public sealed class EndingTests
{
    private const string Daemon = """
        import os, time
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                while True: time.sleep(0.01)
            os._exit(0)
        os.wait()
        print('main is done')
        """;

    [Fact]
    public void Daemon_neither_delays_the_answer_nor_survives_it()
    {
        using var cell = CellUnderTest.Boot(slots: 1);

        var ran = cell.Python(Daemon);

        Assert.Equal((Termination.Exit, "main is done\n"), (ran.Finished.Termination, ran.Stdout));
        Assert.InRange(ran.Finished.WallTimeUs, 1UL, 1_500_000UL);
        // The slot is ready again: so everything of the one before is gone, and only the waiting child is there.
        cell.WaitFor(message => message.SlotReady is not null);
        Assert.Single(cell.ChildPids());
    }

    [Fact]
    public void Cancel_ends_a_running_program_at_once()
    {
        using var cell = CellUnderTest.Boot(slots: 1);
        var id = cell.Start(Language.Python, "print('a')\nwhile True: pass");
        cell.WaitFor(message => message.Output?.Id == id);

        var since = Stopwatch.GetTimestamp();
        cell.Send(new ToAgent { Cancel = new Cancel { Id = id } });
        var finished = cell.Finish(id).Finished;
        cell.WaitFor(message => message.SlotReady is not null);

        Assert.Equal(Termination.Cancelled, finished.Termination);
        Assert.True(Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void Cancel_of_an_execution_that_is_over_changes_nothing()
    {
        using var cell = CellUnderTest.Boot(slots: 1);
        var id = cell.Start(Language.Python, "print(1)");
        cell.Finish(id);

        cell.Send(new ToAgent { Cancel = new Cancel { Id = id } });

        Assert.Equal("2\n", cell.Python("print(2)").Stdout);
    }

    [Fact]
    public void Drain_lets_what_runs_finish_and_then_ends_the_cell()
    {
        using var cell = CellUnderTest.Boot(slots: 2);
        var id = cell.Start(Language.Python, "import time; time.sleep(0.5); print('done')");
        cell.WaitFor(message => message.Started?.Id == id);

        cell.Send(new ToAgent { Drain = new Drain() });

        Assert.Equal("done\n", cell.Finish(id).Stdout);
        cell.WaitForEnd();
        AssertGone(cell);
    }

    [Fact]
    public void End_of_the_stream_takes_everything_with_it()
    {
        using var cell = CellUnderTest.Boot(slots: 2);
        var id = cell.Start(Language.Python, "while True: pass");
        cell.WaitFor(message => message.Started?.Id == id);

        cell.CloseStream();

        AssertGone(cell);
    }

    [Fact]
    public void Death_of_the_jailer_fails_what_runs_and_ends_the_cell()
    {
        using var cell = CellUnderTest.Boot(slots: 2);
        var id = cell.Start(Language.Python, "while True: pass");
        cell.WaitFor(message => message.Started?.Id == id);

        Kill(cell.JailerPid);

        var finished = cell.Finish(id).Finished;
        Assert.Equal((Termination.Infrastructure, true), (finished.Termination, finished.Started));
        Assert.Contains("jailer", finished.Failure, StringComparison.Ordinal);
        cell.WaitForEnd();
        AssertGone(cell);
    }

    [Fact]
    public void Death_of_a_jails_init_fails_its_execution_and_no_other()
    {
        using var cell = CellUnderTest.Boot(slots: 1);
        cell.WaitFor(message => message.SlotReady is not null);
        // Looked for before the program starts: then the jail of the next one is made.
        var init = cell.Processes().Single(process => process.Name == "jail-init").Pid;
        cell.Send(new ToAgent { Execute = new Execute { Id = 77, Language = Language.Python, Code = Google.Protobuf.ByteString.CopyFromUtf8("while True: pass") } });
        cell.WaitFor(message => message.Started?.Id == 77);

        Kill(init);

        var finished = cell.Finish(77).Finished;
        Assert.Equal((Termination.Infrastructure, true), (finished.Termination, finished.Started));
        Assert.Equal("2\n", cell.Python("print(2)").Stdout);
    }

    [Fact]
    public void Program_is_not_lost_when_the_jail_that_was_ready_for_it_dies()
    {
        using var cell = CellUnderTest.Boot(slots: 1);
        cell.WaitFor(message => message.SlotReady is not null);

        var waiting = cell.ChildPids().Single();
        Kill(waiting);
        // Until the agent knows it.
        while (cell.Status().SlotsReady > 0 && cell.ChildPids().All(pid => pid == waiting)) Thread.Sleep(1);
        // The slot was announced, and may be used; its next jail is on its way.
        cell.Send(new ToAgent { Execute = new Execute { Id = 77, Language = Language.Python, Code = Google.Protobuf.ByteString.CopyFromUtf8("print(1)") } });

        Assert.Equal("1\n", cell.Finish(77).Stdout);
    }

    [Fact]
    public void Gateway_that_does_not_read_stops_no_program_and_loses_no_output()
    {
        using var cell = CellUnderTest.Boot(slots: 4);
        const string Code = """
            import os
            for _ in range(64):
                os.write(1, b'a' * 65536)
                os.write(2, b'b' * 65536)
            """;
        var ids = Enumerable.Range(0, 4).Select(_ => cell.Start(Language.Python, Code)).ToArray();

        Thread.Sleep(3000);

        foreach (var id in ids)
        {
            var ran = cell.Finish(id);
            Assert.Equal(Termination.Exit, ran.Finished.Termination);
            Assert.Equal((1 << 20, 1 << 20), (ran.Stdout.Length, ran.Stderr.Length));
            // It did not wait for us.
            Assert.InRange(ran.Finished.WallTimeUs, 1UL, 2_500_000UL);
        }
    }

    [Fact]
    public void Nothing_accumulates()
    {
        using var cell = CellUnderTest.Boot(slots: 2);
        for (var i = 0; i < 20; i++) cell.Python("print(1)");
        var before = Settled(cell);

        for (var i = 0; i < 100; i++)
        {
            cell.Python("print(1)");
            cell.Python(Daemon);
            if (i % 10 == 0) cell.Python("bytearray(100 << 20)", new Limits { MemoryBytes = 32 << 20 });
        }

        var after = Settled(cell);
        Assert.Equal(before.Status.OpenDescriptors, after.Status.OpenDescriptors);
        Assert.Equal(before.Cgroups, after.Cgroups);
        Assert.Equal(before.Processes, after.Processes);
        Assert.InRange(after.Status.AgentRssBytes, 1UL, before.Status.AgentRssBytes + (4UL << 20));
    }

    private static (Status Status, int Cgroups, int Processes) Settled(CellUnderTest cell)
    {
        for (var i = 0; i < 100; i++)
        {
            var status = cell.Status();
            if (status is { SlotsRunning: 0, SlotsPreparing: 0 }) return (status, cell.ExecutionCgroups().Count, cell.Processes().Count);
            Thread.Sleep(20);
        }

        throw new TimeoutException("slots are still being prepared");
    }

    private static void AssertGone(CellUnderTest cell)
    {
        for (var i = 0; i < 200 && cell.Processes().Count > 0; i++) Thread.Sleep(10);
        Assert.Empty(cell.Processes());
    }

    private static void Kill(int pid)
    {
        using var process = Process.GetProcessById(pid);
        process.Kill();
    }
}
