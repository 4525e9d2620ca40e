using Dapper;
using Mayfly.Accounts;
using Mayfly.Store;

namespace Mayfly.Ledger;

/// <summary>What an execution costs, now and at any time before.</summary>
/// <remarks>
/// A price is a row that is never changed: it holds from an instant on until the next one's. That instant is at least
/// <see cref="Notice"/> ahead, so that every gateway knows of it in time. An execution costs what held when it was admitted.
/// </remarks>
internal sealed class PriceList(Database database, PriceOptions setting, TimeProvider time)
{
    /// <summary>How far ahead a price must be set: several times what a gateway takes to hear of it.</summary>
    public static readonly TimeSpan Notice = TimeSpan.FromSeconds(60);

    private IReadOnlyList<Price> _known = [];

    /// <summary>What an execution costs that is admitted now.</summary>
    public long NowMicroUsd
    {
        get
        {
            var (now, known) = (Now, _known);
            for (var at = known.Count - 1; at >= 0; at--)
            {
                if (known[at].ValidFrom <= now) return known[at].MicroUsd;
            }

            return setting.MicroUsd;
        }
    }

    /// <summary>Learns what others have set.</summary>
    /// <exception cref="DatabaseException">The database is away: what was known holds on.</exception>
    public async Task RefreshAsync() => _known = await HistoryAsync();

    /// <summary>Every price, in the order in which they hold.</summary>
    /// <exception cref="DatabaseException">The database is away.</exception>
    public Task<IReadOnlyList<Price>> HistoryAsync() => database.ReadAsync<IReadOnlyList<Price>>(async connection =>
        (await connection.QueryAsync<Price>("SELECT micro_usd, valid_from FROM prices ORDER BY valid_from, id")).AsList());

    /// <summary>Sets the price from an instant on.</summary>
    /// <exception cref="ArgumentException">That instant is too near, or the price too high.</exception>
    /// <exception cref="DatabaseException">The database is away.</exception>
    public async Task<Price> SetAsync(long microUsd, DateTimeOffset? validFrom, string actor = Audit.CommandLine)
    {
        var now = Now;
        var from = validFrom?.ToUnixTimeMilliseconds() ?? now + (long)Notice.TotalMilliseconds;
        if (from < now + (long)Notice.TotalMilliseconds) throw new ArgumentException($"A price must be set {Notice.TotalSeconds:0} s ahead at least, so that every gateway knows of it in time.");
        if (microUsd is < 0 or > PriceOptions.Most) throw new ArgumentException($"A price is 0 to {Money.ToUsd(PriceOptions.Most)} USD.");

        var price = new Price { MicroUsd = microUsd, ValidFrom = from };
        await database.WriteAsync(async (connection, transaction) =>
        {
            await connection.ExecuteAsync("INSERT INTO prices (micro_usd, valid_from, created_at) VALUES (@MicroUsd, @ValidFrom, @now)", new { price.MicroUsd, price.ValidFrom, now }, transaction);
            await Audit.AddAsync(connection, transaction, now, actor, "price set", "price", $"{microUsd} micro-dollars from {DateTimeOffset.FromUnixTimeMilliseconds(from):O}");
            return true;
        });
        await RefreshAsync();
        return price;
    }

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();
}

/// <summary>A price and since when.</summary>
internal sealed class Price
{
    public long MicroUsd { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public long ValidFrom { get; init; }
}
