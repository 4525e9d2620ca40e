using Mayfly.Accounts;
using Mayfly.Ledger;
using Mayfly.Store;

namespace Mayfly.Admission;

/// <summary>Admit: may this key start one more execution now?</summary>
/// <remarks>
/// Each key's rate and concurrency are counted in memory and, where several gateways share a Valkey, there too; its budget
/// in the database. Whether there is a slot is not asked here: that is Dispatch's, with its bounded queue.
/// </remarks>
internal sealed class AdmissionControl(AdmissionOptions options, ChargeLedger ledger, HeldMemory memory, SharedLimits? shared, TimeProvider time)
{
    // An idle key's state says nothing that a new one would not, so it may go when there are many.
    private const int ManyKeys = 10_000;

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    private readonly Dictionary<long, KeyState> _states = [];
    private readonly Lock _lock = new();

    /// <summary>Executions that hold a place now.</summary>
    public int InFlight { get; private set; }

    /// <summary>A place for one execution, or why not. Dispose of it either way.</summary>
    /// <exception cref="DatabaseException">The key's budget cannot be asked.</exception>
    public async Task<Place> EnterAsync(ApiKey key, string executionId)
    {
        if (memory.IsFull) return new Place(null, key.Id, null) { Refusal = new Refusal(RefusalCause.MemoryFull, Soon) };
        if (!await ledger.CanChargeAsync()) return new Place(null, key.Id, null) { Refusal = new Refusal(RefusalCause.DatabaseAway, Soon) };

        var place = TakeShare(key);
        if (place.Refusal is not null) return place;
        await AskOthersAsync(key, place, executionId);
        if (place.Refusal is not null) return place;
        place.PriceMicroUsd = ledger.PriceMicroUsd;
        if (key.BudgetMicroUsd is null) return place;

        // The last step, because it is the only one that waits, and the only one that must be undone in the database.
        try
        {
            place.Reservation = await ledger.ReserveAsync(key.Id, executionId, place.PriceMicroUsd);
            if (place.Reservation is null) place.Refusal = new Refusal(RefusalCause.BudgetSpent);
            return place;
        }
        catch
        {
            await place.DisposeAsync();
            throw;
        }
    }

    // What this gateway refuses by itself, all of them together would refuse as well: asked second, Valkey is asked less.
    private async Task AskOthersAsync(ApiKey key, Place place, string executionId)
    {
        var (perMinute, concurrency) = (key.RatePerMinute ?? options.RatePerMinute, key.Concurrency ?? options.Concurrency);
        if (shared is null || (perMinute == 0 && concurrency == 0)) return;
        if (await shared.TakeAsync(key.Id, perMinute, Burst(perMinute), concurrency, executionId) is not { } answer) return;
        switch (answer.Refusal)
        {
            case null:
                place.OnLeave = () => shared.Leave(key.Id, executionId);
                if (perMinute > 0) place.RateLimit = new RateLimit("rate", perMinute, TimeSpan.FromMinutes(1), answer.Remaining, answer.Reset);
                return;
            case RefusalCause.TooManyConcurrent:
                place.Refusal = TooManyConcurrent(concurrency);
                break;
            default:
                place.RateLimit = new RateLimit("rate", perMinute, TimeSpan.FromMinutes(1), 0, answer.Reset);
                place.Refusal = new Refusal(RefusalCause.RateLimited, answer.Wait, place.RateLimit);
                break;
        }

        // What was taken here for nothing must not be missing here later.
        lock (_lock) StateOf(key).Bucket?.GiveBack();
    }

    private static Refusal TooManyConcurrent(int concurrency) =>
        new(RefusalCause.TooManyConcurrent, Soon, new RateLimit("concurrency", concurrency, null, 0, Soon));

    private Place TakeShare(ApiKey key)
    {
        lock (_lock)
        {
            var state = StateOf(key);
            var concurrency = key.Concurrency ?? options.Concurrency;
            if (concurrency > 0 && state.InFlight >= concurrency)
            {
                return new Place(null, key.Id, null) { Refusal = TooManyConcurrent(concurrency) };
            }

            if (state.Bucket?.TryTake() is { } wait)
            {
                return new Place(null, key.Id, null) { Refusal = new Refusal(RefusalCause.RateLimited, wait, state.Bucket.ToRateLimit("rate")) };
            }

            state.InFlight++;
            InFlight++;
            return new Place(this, key.Id, state.Bucket?.ToRateLimit("rate"));
        }
    }

    private void Leave(long keyId)
    {
        lock (_lock)
        {
            InFlight--;
            _states[keyId].InFlight--;
        }
    }

    private KeyState StateOf(ApiKey key)
    {
        var perMinute = key.RatePerMinute ?? options.RatePerMinute;
        if (!_states.TryGetValue(key.Id, out var state))
        {
            if (_states.Count >= ManyKeys) ForgetIdle();
            _states[key.Id] = state = new KeyState();
        }

        // The rate may be changed while the key is in use.
        if ((state.Bucket?.PerMinute ?? 0) != perMinute)
        {
            state.Bucket = perMinute == 0 ? null : new TokenBucket(perMinute, Burst(perMinute), time);
        }

        return state;
    }

    // Ten seconds' worth at once, so that a client that saves up does not spend a whole minute's worth in one blow.
    private static int Burst(int perMinute) => Math.Max(1, perMinute / 6);

    private void ForgetIdle()
    {
        foreach (var (id, state) in _states)
        {
            if (state.InFlight == 0 && state.Bucket is null or { IsFull: true }) _states.Remove(id);
        }
    }

    /// <summary>Room for one execution of one key; given back when disposed of.</summary>
    internal sealed class Place : IAsyncDisposable
    {
        private readonly AdmissionControl? _owner;
        private readonly long _keyId;

        internal Place(AdmissionControl? owner, long keyId, RateLimit? rate) => (_owner, _keyId, RateLimit) = (owner, keyId, rate);

        /// <summary>Why there is none; null: there is one.</summary>
        public Refusal? Refusal { get; internal set; }

        /// <summary>What the key's rate allows from here on; null: it has no bound.</summary>
        public RateLimit? RateLimit { get; internal set; }

        /// <summary>What the execution will cost if its user code is started: the price of the moment in which it was admitted.</summary>
        public long PriceMicroUsd { get; internal set; }

        /// <summary>What is set aside of the key's budget; null: it has none.</summary>
        public Reservation? Reservation { get; internal set; }

        /// <summary>Tells the other gateways, too; null: they were not asked.</summary>
        internal Action? OnLeave { get; set; }

        public async ValueTask DisposeAsync()
        {
            if (_owner is null) return;
            _owner.Leave(_keyId);
            OnLeave?.Invoke();
            if (Reservation is not null) await Reservation.DisposeAsync();
        }
    }

    private sealed class KeyState
    {
        public int InFlight { get; set; }

        /// <summary>Its rate; null: it has no bound.</summary>
        public TokenBucket? Bucket { get; set; }
    }
}
