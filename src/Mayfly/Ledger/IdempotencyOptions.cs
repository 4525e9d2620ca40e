using System.ComponentModel.DataAnnotations;

namespace Mayfly.Ledger;

/// <summary>How long and how much is kept of answers to requests with an Idempotency-Key.</summary>
internal sealed class IdempotencyOptions
{
    /// <summary>Hours that an answer is kept.</summary>
    [Range(1, 24 * 30)]
    public int Hours { get; set; } = 24;

    /// <summary>Bytes of compressed answers kept for one account. At the limit the oldest go first; a repeat of such a request runs again.</summary>
    [Range(1L << 20, 1L << 40)]
    public long BytesPerAccount { get; set; } = 256L << 20;
}
