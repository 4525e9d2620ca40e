using System.IO.Pipelines;
using BenchmarkDotNet.Attributes;
using Mayfly.Api;
using Mayfly.Dispatch;

namespace Mayfly.MicroBench;

/// <summary>Respond: a result written as JSON.</summary>
public class ResponseBenchmarks
{
    private readonly ExecuteResponse _small = new(Result("1\n"), 2_000);
    private readonly ExecuteResponse _large = new(Result(new string('A', 100_000)), 2_000);
    private readonly PipeWriter _nowhere = PipeWriter.Create(System.IO.Stream.Null, new StreamPipeWriterOptions(leaveOpen: true));

    /// <summary>One line of output.</summary>
    [Benchmark]
    public Task WriteSmall() => _small.WriteAsync(_nowhere, CancellationToken.None);

    /// <summary>100 000 characters of output.</summary>
    [Benchmark]
    public Task WriteLarge() => _large.WriteAsync(_nowhere, CancellationToken.None);

    private static ExecutionResult Result(string stdout) => new()
    {
        Termination = Termination.Exit,
        Started = true,
        ExitCode = 0,
        Stdout = stdout,
        WallTime = TimeSpan.FromMilliseconds(1.25),
        PeakMemoryBytes = 9 << 20,
    };
}
