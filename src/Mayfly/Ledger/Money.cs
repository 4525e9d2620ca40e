using System.ComponentModel.DataAnnotations;

namespace Mayfly.Ledger;

/// <summary>Money is integer micro-dollars everywhere but in the JSON that clients read.</summary>
internal static class Money
{
    private const decimal MicroUsdPerUsd = 1_000_000m;

    /// <summary>Dollars as clients see them: 2 000 micro-dollars are 0.002, exactly.</summary>
    public static decimal ToUsd(long microUsd) => microUsd / MicroUsdPerUsd;

    /// <summary>Micro-dollars, exactly; null: it is negative, too much, or has a smaller part.</summary>
    public static long? TryFromUsd(decimal usd) =>
        usd is >= 0 and <= long.MaxValue / MicroUsdPerUsd && decimal.IsInteger(usd * MicroUsdPerUsd) ? (long)(usd * MicroUsdPerUsd) : null;
}

/// <summary>What an execution costs.</summary>
internal sealed class PriceOptions
{
    /// <summary>The highest price there may be.</summary>
    public const long Most = 1_000_000_000;

    /// <summary>Micro-dollars charged for each execution whose user code was started, until a price is set by command or API.</summary>
    [Range(0L, Most)]
    public long MicroUsd { get; set; } = 2_000;
}
