using Mayfly.Attacks;

namespace Mayfly.ContractTests;

/// <summary>The result of one execution, and the answer that it came in.</summary>
public sealed record Execution : ContractResult
{
    public Execution(ContractResult result, Answer answer)
        : base(result) => Answer = answer;

    public Answer Answer { get; }

    /// <summary>Whether the service that gave it has a longer time limit than the contract's.</summary>
    public bool HadMoreTime { get; init; }

    /// <summary>Checks what holds for every 200 answer, so that each test of a program also tests the shape.</summary>
    public static Execution From(Answer answer)
    {
        Assert.True(answer.Status == 200, $"expected a result, got {answer}");
        return new Execution(Read(answer.Status, answer.Header("Content-Type"), answer.Json), answer);
    }

    /// <summary>The exit code and everything else that the contract ties to it.</summary>
    public Execution AssertExit(int exitCode, string? termination = null)
    {
        Assert.True(ExitCode == exitCode && Termination == termination, $"expected exit code {exitCode}, termination {termination ?? "none"}; got {this}");
        Assert.Equal(termination == "timeout", TimedOut);
        Assert.Null(Error);
        Assert.Equal(Price, Cost);
        Assert.InRange(ExecutionTimeMs, double.Epsilon, HadMoreTime ? double.MaxValue : LatestEndMs);
        Assert.InRange(MemoryUsageMb, 0.1, 257);
        return this;
    }

    public Execution AssertStdout(string expected)
    {
        Assert.True(Stdout == expected, $"expected stdout {Quote(expected)}; got {this}");
        return this;
    }

    public Execution AssertStderr(string expected)
    {
        Assert.True(Stderr == expected, $"expected stderr {Quote(expected)}; got {this}");
        return this;
    }

    // A record's own would list every property instead.
    public override string ToString() => base.ToString();
}
