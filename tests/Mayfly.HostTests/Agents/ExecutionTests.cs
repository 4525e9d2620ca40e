using Google.Protobuf;
using Mayfly.Protocol.Messages;

namespace Mayfly.HostTests.Agents;

/// <summary>What goes into an execution, and what comes out of it.</summary>
public abstract class ExecutionTests(SharedCell shared)
{
    private CellUnderTest Cell => shared.Cell;

    [Fact]
    public void Print_1_prints_1()
    {
        var ran = Cell.Python("print(1)");

        Assert.Equal(("1\n", ""), (ran.Stdout, ran.Stderr));
        Assert.Equal((Termination.Exit, 0u), (ran.Finished.Termination, ran.Finished.ExitCode));
        Assert.True(ran.Finished.Started);
        Assert.InRange(ran.Finished.PeakMemoryBytes, 1UL << 20, 30UL << 20);
        // A warm child needs a few hundred microseconds.
        Assert.InRange(ran.Finished.CpuTimeUs, 50UL, 500_000UL);
        Assert.InRange(ran.Finished.MinorFaults, 1UL, 20_000UL);
    }

    [Fact]
    public void Console_log_logs()
    {
        var ran = Cell.JavaScript("console.log(1 + 1); console.error('e')");

        Assert.Equal(("2\n", "e\n"), (ran.Stdout, ran.Stderr));
        Assert.Equal((Termination.Exit, 0u), (ran.Finished.Termination, ran.Finished.ExitCode));
    }

    [Theory]
    [InlineData("import sys; sys.exit(3)", 3)]
    [InlineData("import sys; sys.exit('x')", 1)]
    [InlineData("import os; os._exit(255)", 255)]
    [InlineData("import sys; sys.exit(300)", 44)]
    [InlineData("import sys; sys.exit(124)", 124)]
    [InlineData("import sys; sys.exit(137)", 137)]
    [InlineData("1/0", 1)]
    public void Exit_code_is_the_programs_own(string code, uint expected)
    {
        var finished = Cell.Python(code).Finished;

        Assert.Equal((Termination.Exit, expected), (finished.Termination, finished.ExitCode));
    }

    [Theory]
    [InlineData("import os; os.kill(os.getpid(), 9)", 9)]
    [InlineData("import os; os.kill(os.getpid(), 15)", 15)]
    [InlineData("import ctypes; ctypes.string_at(0)", 11)]
    [InlineData("import os; os.abort()", 6)]
    public void Signal_that_killed_the_program_is_reported(string code, uint expected)
    {
        var finished = Cell.Python(code).Finished;

        Assert.Equal((Termination.Signal, expected), (finished.Termination, finished.Signal));
    }

    [Fact]
    public void Stdin_is_at_its_end_when_nothing_was_given() =>
        Assert.Equal("''\n", Cell.Python("import sys; print(repr(sys.stdin.read()))").Stdout);

    [Fact]
    public void Stdin_args_environment_and_files_arrive()
    {
        var execute = new Execute
        {
            Language = Language.Python,
            Code = ByteString.CopyFromUtf8("""
                import os, subprocess, sys
                print(sys.argv, sys.stdin.read(), os.environ["NAME"], os.environ["TZ"])
                print(open("data/in.txt").read(), oct(os.stat("data/in.txt").st_mode), subprocess.check_output(["./tool.sh"]))
                """),
            Args = { "a", "ö b" },
            Env = { new EnvironmentVariable { Name = "NAME", Value = "v=1" }, new EnvironmentVariable { Name = "TZ", Value = "CET" } },
            Files =
            {
                new Mayfly.Protocol.Messages.File { Path = "data/in.txt", Content = ByteString.CopyFromUtf8("content") },
                new Mayfly.Protocol.Messages.File { Path = "tool.sh", Content = ByteString.CopyFromUtf8("#!/bin/sh\necho tool\n"), Executable = true },
            },
            Stdin = ByteString.CopyFromUtf8("line\n"),
        };

        var ran = Cell.Run(execute);

        Assert.Equal("", ran.Stderr);
        Assert.Equal("['main.py', 'a', 'ö b'] line\n v=1 CET\ncontent 0o100644 b'tool\\n'\n", ran.Stdout);
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("/etc/x")]
    [InlineData("a/../../x")]
    [InlineData("")]
    [InlineData("a//b")]
    public void File_outside_of_sandbox_is_refused(string path)
    {
        var finished = Cell.Run(new Execute
        {
            Language = Language.Python,
            Code = ByteString.CopyFromUtf8("print(1)"),
            Files = { new Mayfly.Protocol.Messages.File { Path = path } },
        }).Finished;

        Assert.Equal((Termination.Infrastructure, false), (finished.Termination, finished.Started));
        Assert.Contains("not a path below /sandbox", finished.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public void Output_comes_while_the_program_runs()
    {
        var id = Cell.Start(Language.Python, "import time; print('early'); time.sleep(1)");

        Cell.WaitFor(message => message.Started?.Id == id);
        Cell.WaitFor(message => message.Output?.Id == id);
        var early = Cell.Status();

        Assert.Equal(1u, early.SlotsRunning);
        Assert.InRange(Cell.Finish(id).Finished.WallTimeUs, 900_000UL, 3_000_000UL);
    }

    [Fact]
    public void Wall_time_begins_with_user_code_and_ends_with_it() =>
        Assert.InRange(Cell.Python("import time; time.sleep(0.5)").Finished.WallTimeUs, 500_000UL, 900_000UL);

    [Fact]
    public void Peak_memory_is_true_and_the_next_executions_own()
    {
        var small = Cell.Python("pass").Finished.PeakMemoryBytes;
        var large = Cell.Python("b = bytearray(100 << 20)").Finished.PeakMemoryBytes;
        var after = Cell.Python("pass").Finished.PeakMemoryBytes;

        Assert.InRange(large - small, 98UL << 20, 105UL << 20);
        Assert.InRange(after, 1UL << 20, small + (2UL << 20));
    }

    [Fact]
    public void Cpu_time_of_children_counts()
    {
        const string Code = """
            import os, time
            if os.fork() == 0:
                while time.process_time() < 0.2:
                    pass
                os._exit(0)
            os.wait()
            """;

        Assert.InRange(Cell.Python(Code).Finished.CpuTimeUs, 200_000UL, 600_000UL);
    }

    [Fact]
    public void Bytes_come_back_as_they_were_written()
    {
        var id = Cell.Start(Language.Python, "import sys; sys.stdout.buffer.write(bytes(range(256)))");

        var output = Cell.WaitFor(message => message.Output?.Id == id).Output;

        Assert.Equal(Enumerable.Range(0, 256).Select(value => (byte)value), output.Data.ToByteArray());
        Cell.Finish(id);
    }

    [Fact]
    public void Next_execution_finds_nothing_of_the_one_before()
    {
        const string Leave = """
            import os
            for directory in ("/sandbox", "/tmp", "/dev/shm"):
                open(f"{directory}/left", "w").close()
            """;
        const string Look = """
            import os
            print([os.listdir(directory) for directory in ("/sandbox", "/tmp", "/dev/shm")])
            """;

        // As many as there are slots, so that each is looked into.
        for (var i = 0; i < 2; i++) Assert.Equal(0u, Cell.Python(Leave).Finished.ExitCode);
        for (var i = 0; i < 2; i++) Assert.Equal("[['main.py'], [], []]\n", Cell.Python(Look).Stdout);
    }
}

/// <summary>In fresh interpreters.</summary>
public sealed class ColdExecutionTests(SharedCell shared) : ExecutionTests(shared), IClassFixture<SharedCell>;

/// <summary>In children of warm interpreters.</summary>
public sealed class WarmExecutionTests(SharedWarmCell shared) : ExecutionTests(shared), IClassFixture<SharedWarmCell>;
