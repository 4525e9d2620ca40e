using CsCheck;
using Mayfly.Dispatch;

namespace Mayfly.UnitTests.Dispatch;

/// <summary>Random sequences of all that can happen to cells and those who want them, with a model of what each cell was ever used for.</summary>
public sealed class CellReusePropertyTests
{
    private const int MostExecutions = 4;

    private static readonly Gen<(int What, int Key, int Which)> s_step = Gen.Select(Gen.Int[0, 9], Gen.Int[1, 5], Gen.Int[0, 1_000]);

    [Theory]
    [InlineData("Never")]
    [InlineData("Key")]
    [InlineData("Shared")]
    public void Whatever_happens_a_cell_is_never_handed_to_another_key_and_nobody_is_forgotten(string reuse) =>
        Gen.Select(Gen.Int[1, 3], Gen.Int[0, 2], Gen.Int[1, 3], s_step.List[0, 150]).Sample((cells, standby, slots, steps) =>
        {
            var policy = Enum.Parse<CellReuse>(reuse);
            using var run = new Model(policy, rules: policy, cells, standby, slots);
            foreach (var (what, key, which) in steps) run.Step(what, key, which);
            run.Settle();
        });

    [Theory]
    [InlineData("Shared", "Key")]
    [InlineData("Key", "Never")]
    public void The_model_notices_a_cell_that_another_policy_would_not_have_used_again(string reuse, string rules)
    {
        using var run = new Model(Enum.Parse<CellReuse>(reuse), Enum.Parse<CellReuse>(rules), cells: 1, standby: 0, slots: 2);

        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() =>
        {
            run.Step(what: 0, key: 1, which: 0);
            run.Step(what: 0, key: rules == "Key" ? 2 : 1, which: 0);
            run.Settle();
        });
    }

    private sealed class Model(CellReuse reuse, CellReuse rules, int cells, int standby, int slots) : IDisposable
    {
        private readonly FakeFleet _fleet = new(reuse, cells, standby, slots, MostExecutions, minutes: 60);
        private readonly Dictionary<CellConnection, Dictionary<long, int>> _served = [];
        private readonly Dictionary<CellConnection, int> _preparing = [];
        private readonly List<(long Key, Task<Lease> Lease)> _waiting = [];
        private readonly List<CellConnection> _running = [];

        private int SlotsPerCell => reuse == CellReuse.Never ? 1 : slots;

        internal void Step(int what, int key, int which)
        {
            switch (what)
            {
                case <= 3:
                    _waiting.Add((key, _fleet.Ask(key)));
                    break;
                case 4 or 5 when _running.Count > 0:
                    End(which, which % 17 == 0 ? "its jail failed" : null);
                    break;
                case 6 when _preparing.Count > 0:
                    Prepare(_preparing.Keys.ElementAt(which % _preparing.Count));
                    break;
                case 7 when _fleet.Slots.Up.Length > 0:
                    // A crash, or the end of one that was recycled; what ran in it is lost.
                    Lose(_fleet.Alive.Count < _fleet.Slots.Up.Length ? _fleet.Slots.Up.First(FakeFleet.IsBuried) : _fleet.Slots.Up[which % _fleet.Slots.Up.Length]);
                    break;
                case 8:
                    _fleet.Time.Advance(TimeSpan.FromMilliseconds(which * 10));
                    _fleet.Slots.Watch();
                    break;
                case 9 when _fleet.Slots.Up.Length < cells + standby:
                    _preparing[_fleet.Boot()] = SlotsPerCell;
                    break;
            }

            Look();
        }

        /// <summary>Everything that runs ends, every place has a cell again: then all who waited must have had their turn.</summary>
        internal void Settle()
        {
            for (var round = 0; round < 1_000; round++)
            {
                while (_running.Count > 0)
                {
                    End(0, null);
                    Look();
                }

                foreach (var buried in _fleet.Slots.Up.Where(FakeFleet.IsBuried)) Lose(buried);
                while (_fleet.Slots.Up.Length < cells + standby) _preparing[_fleet.Boot()] = SlotsPerCell;
                Look();
                foreach (var cell in _preparing.Keys.ToList()) Prepare(cell);
                Look();
                if (_waiting.Count == 0 && _running.Count == 0) return;
                _fleet.Time.Advance(TimeSpan.FromMilliseconds(500));
                _fleet.Slots.Watch();
                Look();
            }

            Assert.Fail($"{_waiting.Count} wait for ever");
        }

        public void Dispose() => _fleet.Dispose();

        private void End(int which, string? trouble)
        {
            var cell = _running[which % _running.Count];
            _running.Remove(cell);
            _fleet.Slots.Return(cell, trouble);
            if (_fleet.Slots.Up.Contains(cell)) _preparing[cell] = _preparing.GetValueOrDefault(cell) + 1;
        }

        private void Prepare(CellConnection cell)
        {
            while (_preparing.Remove(cell, out var missing))
            {
                _fleet.Slots.Offer(cell);
                if (missing > 1) _preparing[cell] = missing - 1;
                Look();
            }
        }

        private void Lose(CellConnection cell)
        {
            _preparing.Remove(cell);
            _fleet.Slots.Leave(cell);
            foreach (var lost in _running.Where(other => other == cell).ToList())
            {
                _running.Remove(lost);
                _fleet.Slots.Return(lost, "its stream ended");
            }
        }

        // Takes note of new leases, and holds them against the rules.
        private void Look()
        {
            // Who waited is told by way of the thread pool.
            Assert.True(SpinWait.SpinUntil(() => _waiting.Count(one => one.Lease.IsCompleted) == _fleet.Leases - _running.Count, TimeSpan.FromSeconds(60)), "a lease reached nobody");
            var before = _fleet.Slots.Up;
            foreach (var (key, lease) in _waiting.Where(one => one.Lease.IsCompleted).ToList())
            {
                _waiting.Remove((key, lease));
                var cell = lease.Result.Cell!;
                Assert.Contains(cell, before);
                _running.Add(cell);
                var served = _served.TryGetValue(cell, out var known) ? known : _served[cell] = [];
                served[key] = served.GetValueOrDefault(key) + 1;
                if (rules != CellReuse.Shared)
                {
                    Assert.Single(served);
                    Assert.True(served[key] <= (rules == CellReuse.Never ? 1 : MostExecutions), $"{served[key]} executions in one cell");
                }
            }

            Assert.InRange(_running.Distinct().Count(), 0, cells);
            Assert.All(_running.CountBy(cell => cell), use => Assert.InRange(use.Value, 0, SlotsPerCell));
            Assert.All(_fleet.Slots.Up, cell => Assert.Equal(_running.Count(other => other == cell), cell.Use.Leases));
        }
    }
}
