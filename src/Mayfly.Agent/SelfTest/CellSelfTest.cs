using System.Text;
using Google.Protobuf;
using Mayfly.Agent.Cgroups;
using Mayfly.Agent.Executions;
using Mayfly.Agent.Jails;
using Mayfly.Agent.Loop;
using Mayfly.Agent.Posture;
using Mayfly.Protocol.Messages;

namespace Mayfly.Agent.SelfTest;

/// <summary>Runs attacks in this cell before any tenant's program does, on the same path; measures the posture; warms the page cache.</summary>
/// <remarks>As many cases side by side as there are slots. It fails closed: a case that does not end is a case that failed.</remarks>
internal sealed class CellSelfTest : IExecutionOwner
{
    // With a cold page cache, on one slow core, reading the libraries takes some ten seconds. The gateway waits 60 s for a
    // Hello, and is to hear what went wrong.
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan s_caseLimit = TimeSpan.FromSeconds(30);

    // Enough for the heaviest import, whatever is configured for programs.
    private const long WarmUpMemoryBytes = 256L << 20;
    private const long WarmUpProcesses = 64;
    private const long OutputBytes = 64 * 1024;

    private readonly EventLoop _loop;
    private readonly SlotPool _pool;
    private readonly ExecutionLimits _limits;
    private readonly Action _onDone;
    private readonly Deadline _deadline;
    private readonly Queue<SelfTestCase> _ahead;
    private readonly Dictionary<Execution, SelfTestCase> _running = [];
    private readonly List<Check> _checks = [];
    private readonly List<Runtime> _runtimes = [];
    private bool _done;

    /// <param name="loop">Calls back.</param>
    /// <param name="pool">Its jails are used, and prepared anew.</param>
    /// <param name="limits">As configured.</param>
    /// <param name="posture">Gets what is measured.</param>
    /// <param name="onDone">All cases have ended.</param>
    public CellSelfTest(EventLoop loop, SlotPool pool, ExecutionLimits limits, CellPosture posture, Action onDone)
    {
        (_loop, _pool, _limits, Posture, _onDone) = (loop, pool, limits, posture, onDone);
        _ahead = new(SelfTestCases.All.Where(testCase => testCase.Layer is null || !posture.IsWaived(testCase.Layer)));
        _deadline = loop.Deadlines.After(s_limit, TimeOut);
        _pool.OnReady = StartNext;
    }

    /// <summary>The posture that it measures.</summary>
    public CellPosture Posture { get; }

    /// <summary>The cases that have ended, in that order.</summary>
    public IReadOnlyList<Check> Checks => _checks;

    /// <summary>The interpreters, by their own word.</summary>
    public IReadOnlyList<Runtime> Runtimes => _runtimes;

    public void OnStarted(Execution execution)
    {
        // The child lives and is where every program will be: the moment to look at its groups.
        if (_running.TryGetValue(execution, out var testCase) && testCase.Name == SelfTestCases.Posture)
        {
            Posture.AddCgroup(execution.Jail.Cgroup.Inspect(_limits.Jail.Cgroup, execution.Jail.ChildPid));
        }
    }

    public void OnOutput(Execution execution) { }

    public void OnFinished(Execution execution)
    {
        if (_done || !_running.Remove(execution, out var testCase)) return;
        var outcome = new CaseOutcome(execution.Result!, Text(execution.Stdout), Text(execution.Stderr));
        var wrong = testCase.Judge(outcome);
        _checks.Add(new Check { Name = testCase.Name, Passed = wrong is null, Detail = wrong ?? $"{outcome.Finished.Termination}, {outcome.Finished.WallTimeUs / 1000} ms" });
        if (testCase.Name == SelfTestCases.Posture) Posture.AddJail(execution, outcome.Stdout);
        AddRuntime(testCase, outcome);

        if (_ahead.Count == 0 && _running.Count == 0) Done();
    }

    private void StartNext()
    {
        if (_done || !_ahead.TryDequeue(out var testCase)) return;
        var jail = _pool.TryTake()!;
        var block = StartBlock.Of(new Execute { Language = testCase.Language, Code = Program(testCase.Program) });
        var execution = Execution.Start(_loop, jail, 0, block, LimitsOf(testCase), this);
        _running.Add(execution, testCase);
    }

    private ExecutionLimits LimitsOf(SelfTestCase testCase)
    {
        var configured = _limits.Jail.Cgroup;
        var cgroup = testCase.IsWarmUp
            ? new CgroupLimits(
                Math.Max(configured.MemoryBytes, WarmUpMemoryBytes),
                CgroupLimits.NoCpuQuota,
                configured.CpuPeriodUs,
                Math.Max(configured.Processes, WarmUpProcesses))
            : configured with
            {
                MemoryBytes = testCase.MemoryBytes ?? configured.MemoryBytes,
                Processes = testCase.Processes ?? configured.Processes,
            };
        return new ExecutionLimits(testCase.Time ?? s_caseLimit, OutputBytes, _limits.Jail with { Cgroup = cgroup });
    }

    private void AddRuntime(SelfTestCase testCase, CaseOutcome outcome)
    {
        var firstLine = outcome.Stdout.Split('\n')[0];
        if (!testCase.IsWarmUp || !firstLine.Contains('.', StringComparison.Ordinal) || firstLine.Length > 40) return;
        _runtimes.Add(new Runtime { Language = testCase.Language, Version = firstLine });
    }

    private void TimeOut()
    {
        foreach (var testCase in _running.Values.Concat(_ahead))
        {
            _checks.Add(new Check { Name = testCase.Name, Passed = false, Detail = $"the self-test did not end within {s_limit.TotalSeconds} s" });
        }

        Done();
    }

    private void Done()
    {
        if (_done) return;
        _done = true;
        _deadline.Cancel();
        _onDone();
    }

    private static string Text(OutputCapture capture)
    {
        var bytes = capture.Peek(int.MaxValue);
        var text = Encoding.UTF8.GetString(bytes.Span);
        capture.Take(bytes.Length);
        return text;
    }

    private static ByteString Program(string name)
    {
        using var stream = typeof(CellSelfTest).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not embedded");
        return ByteString.FromStream(stream);
    }
}
