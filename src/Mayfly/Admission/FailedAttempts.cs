using System.Net;
using System.Net.Sockets;

namespace Mayfly.Admission;

/// <summary>Slows guessing down: an address that shows many bad keys is told 429 for further bad ones.</summary>
/// <remarks>A good key is never refused here, whatever its address did before: others may share the address.</remarks>
internal sealed class FailedAttempts(AdmissionOptions options, TimeProvider time)
{
    // Some 100 bytes each. An attacker with more addresses than that gains a fresh minute for some of them.
    private const int MaxAddresses = 50_000;

    private readonly Dictionary<IPAddress, TokenBucket> _buckets = [];
    private readonly Lock _lock = new();

    /// <summary>Addresses that are remembered.</summary>
    public int Addresses
    {
        get
        {
            lock (_lock) return _buckets.Count;
        }
    }

    /// <summary>Counts one failure, and says what its sender is to be told.</summary>
    public Refusal Add(IPAddress? address)
    {
        var source = Source(address);
        lock (_lock)
        {
            if (!_buckets.TryGetValue(source, out var bucket))
            {
                if (_buckets.Count >= MaxAddresses) Forget();
                _buckets[source] = bucket = new TokenBucket(options.FailuresPerMinute, options.FailuresPerMinute, time);
            }

            return bucket.TryTake() is { } wait
                ? new Refusal(RefusalCause.TooManyBadKeys, wait, bucket.ToRateLimit("bad-keys"))
                : new Refusal(RefusalCause.UnknownKey);
        }
    }

    // Full buckets say nothing; if none is full, all go: a bounded memory is worth more than a perfect one.
    private void Forget()
    {
        foreach (var (source, bucket) in _buckets)
        {
            if (bucket.IsFull) _buckets.Remove(source);
        }

        if (_buckets.Count >= MaxAddresses) _buckets.Clear();
    }

    // An IPv6 customer has a whole /64.
    private static IPAddress Source(IPAddress? address)
    {
        if (address is null) return IPAddress.None;
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address;
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        bytes[8..].Clear();
        return new IPAddress(bytes);
    }
}
