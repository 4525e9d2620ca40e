using Google.Protobuf;
using Mayfly.Protocol;
using Mayfly.Protocol.Messages;

namespace Mayfly.Fuzz;

/// <summary>Where the inputs in Corpus come from: a whole conversation of each side, and each message alone.</summary>
internal static class Seeds
{
    private static readonly FromAgent[] s_fromAgent =
    [
        new()
        {
            Hello = new()
            {
                ProtocolVersion = FrameLimits.ProtocolVersion,
                AgentVersion = "0.1.0",
                LauncherNote = "cgroup v1",
                Slots = 8,
                Runtimes = { new Runtime { Language = Language.Python, Version = "3.13.5" }, new Runtime { Language = Language.Javascript, Version = "22.23.3" } },
                Tiers = { "python", "javascript" },
                Posture = { new Layer { Name = "seccomp", InForce = true, Detail = "allow-list" }, new Layer { Name = "landlock" } },
                SelfTest = { new Check { Name = "mount", Passed = true }, new Check { Name = "network", Detail = "unreachable" } },
            },
        },
        new() { NotReady = new() { Reason = "seccomp: ENOSYS", Posture = { new Layer { Name = "seccomp" } } } },
        new() { SlotReady = new() { Slot = 3 } },
        new() { Started = new() { Id = 1 } },
        new() { Output = new() { Id = 1, Stream = Mayfly.Protocol.Messages.Stream.Stdout, Data = ByteString.CopyFromUtf8("hello\n") } },
        new() { Output = new() { Id = 1, Stream = Mayfly.Protocol.Messages.Stream.Stderr, Data = ByteString.CopyFrom(0xFF, 0x00, 0xC3) } },
        new() { Finished = new() { Id = 1, Termination = Termination.Exit, ExitCode = 3, Started = true, WallTimeUs = 1234, CpuTimeUs = 999, PeakMemoryBytes = 1 << 24 } },
        new() { Finished = new() { Id = ulong.MaxValue, Termination = Termination.Infrastructure, Failure = "clone: EAGAIN" } },
        new() { Status = new() { SlotsReady = 7, SlotsRunning = 1, Executions = 9, AgentRssBytes = 1 << 22, OpenDescriptors = 40 } },
    ];

    private static readonly ToAgent[] s_toAgent =
    [
        new()
        {
            Configure = new()
            {
                ProtocolVersion = FrameLimits.ProtocolVersion,
                Slots = 8,
                Limits = new() { TimeMs = 10_000, MemoryBytes = 1 << 28, CpuQuotaUs = 50_000, CpuPeriodUs = 100_000, Processes = 64, OutputBytes = 1 << 20 },
                WaivedLayers = { "landlock" },
            },
        },
        new()
        {
            Execute = new()
            {
                Id = 1,
                Language = Language.Python,
                Code = ByteString.CopyFromUtf8("print('hello')"),
                Args = { "a", "b" },
                Env = { new EnvironmentVariable { Name = "N", Value = "v" } },
                Files = { new Mayfly.Protocol.Messages.File { Path = "data/in.txt", Content = ByteString.CopyFromUtf8("1\n"), Executable = true } },
                Stdin = ByteString.CopyFromUtf8("in"),
                Tier = "python+numeric",
                Cold = true,
            },
        },
        new() { Cancel = new() { Id = 1 } },
        new() { StatusRequest = new() },
        new() { Drain = new() },
    ];

    internal static void Write(string directory)
    {
        Write(directory, "from-agent-all", s_fromAgent);
        Write(directory, "to-agent-all", s_toAgent);
        foreach (var message in s_fromAgent) Write(directory, $"from-agent-{message.MessageCase}-{message.CalculateSize()}".ToLowerInvariant(), message);
        foreach (var message in s_toAgent) Write(directory, $"to-agent-{message.MessageCase}-{message.CalculateSize()}".ToLowerInvariant(), message);
    }

    private static void Write(string directory, string name, params IEnumerable<IMessage> messages)
    {
        var writer = new FrameWriter(FrameLimits.MaxToAgentBytes);
        foreach (var message in messages) writer.Write(message);
        System.IO.File.WriteAllBytes(Path.Combine(directory, name), writer.Pending.ToArray());
    }
}
