using System.ComponentModel.DataAnnotations;

namespace Mayfly.Ledger;

/// <summary>Money is integer micro-dollars everywhere but in the JSON that clients read.</summary>
internal static class Money
{
    private const decimal MicroUsdPerUsd = 1_000_000m;

    /// <summary>Dollars as clients see them: 2 000 micro-dollars are 0.002, exactly.</summary>
    public static decimal ToUsd(long microUsd) => microUsd / MicroUsdPerUsd;
}

/// <summary>What an execution costs.</summary>
internal sealed class PriceOptions
{
    /// <summary>Micro-dollars charged for each execution whose user code was started.</summary>
    [Range(0L, 1_000_000_000L)]
    public long MicroUsd { get; set; } = 2_000;
}
