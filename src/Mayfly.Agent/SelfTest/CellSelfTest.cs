using System.Text;
using Google.Protobuf;
using Mayfly.Agent.Cgroups;
using Mayfly.Agent.Executions;
using Mayfly.Agent.Jails;
using Mayfly.Agent.Loop;
using Mayfly.Agent.Posture;
using Mayfly.Agent.Tiers;
using Mayfly.Protocol.Messages;

namespace Mayfly.Agent.SelfTest;

/// <summary>Runs attacks in this cell before any tenant's program does, on the same path; measures the posture; warms the page cache.</summary>
/// <remarks>
/// As many cases side by side as there are slots. It fails closed: a case that does not end is a case that failed. How long all of it takes is the machine's
/// affair: what is bounded is the time in which nothing goes on.
/// </remarks>
internal sealed class CellSelfTest : IExecutionOwner
{
    // With a cold page cache, on one slow core, reading the libraries takes some ten seconds; where twenty programs want the same core, the first
    // case ends after forty. The gateway waits 90 s for the next sign, and is to hear what went wrong.
    private static readonly TimeSpan s_silence = Patience.Times(TimeSpan.FromSeconds(75));
    private static readonly TimeSpan s_caseLimit = Patience.Times(TimeSpan.FromSeconds(70));

    // Enough for the heaviest import, whatever is configured for programs.
    private const long WarmUpMemoryBytes = 256L << 20;
    private const long WarmUpProcesses = 64;
    private const long OutputBytes = 64 * 1024;

    private readonly EventLoop _loop;
    private readonly JailPool _pool;
    private readonly SpareChoice _choice;
    private readonly ExecutionLimits _limits;
    private readonly Action _onStep;
    private readonly Action _onDone;
    private Deadline _deadline;
    private readonly Queue<SelfTestCase> _ahead = new();
    private readonly Dictionary<Execution, SelfTestCase> _running = [];
    private readonly List<Check> _checks = [];
    private readonly List<Runtime> _runtimes = [];
    private int _begun;
    private int _probes;
    private bool _isWarm;
    private bool _done;

    /// <param name="loop">Calls back.</param>
    /// <param name="pool">Its jails are used, and prepared anew.</param>
    /// <param name="choice">Chooses them.</param>
    /// <param name="limits">As configured.</param>
    /// <param name="posture">Gets what is measured.</param>
    /// <param name="onStep">It goes on.</param>
    /// <param name="onDone">All cases have ended.</param>
    public CellSelfTest(EventLoop loop, JailPool pool, SpareChoice choice, ExecutionLimits limits, CellPosture posture, Action onStep, Action onDone)
    {
        (_loop, _pool, _choice, _limits, Posture, _onStep, _onDone) = (loop, pool, choice, limits, posture, onStep, onDone);
        _deadline = loop.Deadlines.After(s_silence, TimeOut);
    }

    /// <summary>The posture that it measures.</summary>
    public CellPosture Posture { get; }

    /// <summary>The cases that have ended, in that order.</summary>
    public IReadOnlyList<Check> Checks => _checks;

    /// <summary>The interpreters, by their own word.</summary>
    public IReadOnlyList<Runtime> Runtimes => _runtimes;

    /// <summary>Runs the attacks in fresh interpreters: zygotes are warming meanwhile.</summary>
    public void StartCold() => Begin(SelfTestCases.All.Where(testCase => !testCase.IsWarmUp).Select(testCase => testCase with { IsCold = true }));

    /// <summary>Runs everything as programs will be run: what must be warm is.</summary>
    public void StartWarm()
    {
        _isWarm = true;
        Begin(_pool.Kinds.Count > 1 ? SelfTestCases.All : SelfTestCases.All.Where(testCase => testCase.IsWarmUp));
    }

    /// <summary>The cell goes on booting: a case has begun or ended, a zygote has come up or failed.</summary>
    public void GoesOn()
    {
        if (_done) return;
        _deadline.Cancel();
        _deadline = _loop.Deadlines.After(s_silence, TimeOut);
        _onStep();
    }

    public void OnStarted(Execution execution) => GoesOn();

    public void OnOutput(Execution execution) { }

    public void OnFinished(Execution execution)
    {
        if (_done || !_running.Remove(execution, out var testCase)) return;
        var outcome = new CaseOutcome(execution.Result!, Text(execution.Stdout), Text(execution.Stderr));
        var wrong = testCase.Judge(outcome);
        _checks.Add(new Check { Name = testCase.FullName, Passed = wrong is null, Detail = wrong ?? $"{outcome.Finished.Termination}, {outcome.Finished.WallTimeUs / 1000} ms" });
        // A probe that did not end well is a case that failed: what it had no time to say is not a layer that is missing.
        if (testCase.Name == SelfTestCases.Posture)
        {
            _probes--;
            if (wrong is null) Posture.AddJail(execution, outcome.Stdout);
        }

        AddRuntime(testCase, outcome);

        _begun--;
        if (_probes == 0 && Posture.Missing() is not null)
        {
            // What the attacks would show besides is not needed any more, and without its limits one of them can hold the machine up.
            Done();
            return;
        }

        GoesOn();
        BeginNext();
        if (_isWarm && _begun == 0) Done();
    }

    private void Begin(IEnumerable<SelfTestCase> cases)
    {
        foreach (var testCase in cases.Where(testCase => testCase.Layer is null || !Posture.IsWaived(testCase.Layer)))
        {
            _ahead.Enqueue(testCase);
            if (testCase.Name == SelfTestCases.Posture) _probes++;
        }

        BeginNext();
    }

    private void BeginNext()
    {
        while (!_done && _begun < _pool.Slots && _ahead.TryDequeue(out var testCase))
        {
            _begun++;
            var execute = new Execute { Language = testCase.Language, Code = Program(testCase.Program), Cold = testCase.IsCold };
            _pool.Take(_choice.For(execute).Kind, jail => Start(testCase, execute, jail));
        }
    }

    private void Start(SelfTestCase testCase, Execute execute, Jail jail)
    {
        // The child waits, and is where every program will be: the moment to look at its groups.
        if (testCase.Name == SelfTestCases.Posture) Posture.AddCgroup(jail.Cgroup.Inspect(_limits.Jail.Cgroup, jail.ChildPid));
        _running.Add(Execution.Start(_loop, jail, 0, StartBlock.Of(execute), LimitsOf(testCase), this, startLimit: s_caseLimit), testCase);
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
        foreach (var testCase in _running.Values.Concat(_ahead).DefaultIfEmpty(SelfTestCases.All[0]))
        {
            _checks.Add(new Check { Name = testCase.FullName, Passed = false, Detail = $"nothing went on for {s_silence.TotalSeconds} s, after {_checks.Count(check => check.Passed)} cases: something hangs, or the machine has no processor time left" });
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
