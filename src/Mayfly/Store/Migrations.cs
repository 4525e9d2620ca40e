using System.Reflection;
using DbUp.Builder;
using DbUp.Engine;

namespace Mayfly.Store;

/// <summary>The scripts in Migrations/, each applied once and never changed afterwards.</summary>
internal static class Migrations
{
    // Written into databases, so it did not follow a move of the files.
    private const string Prefix = "Mayfly.Ledger.Migrations.";

    /// <summary>Applies what is missing. Types that the engines spell differently stand as <c>$id$</c> and <c>$bytes$</c> in the scripts.</summary>
    /// <exception cref="DatabaseException">A script failed: nothing of it was applied.</exception>
    public static void Apply(UpgradeEngineBuilder database, string name, string id, string bytes)
    {
        DatabaseUpgradeResult result = database
            .WithScriptsEmbeddedInAssembly(Assembly.GetExecutingAssembly(), script => script.StartsWith(Prefix, StringComparison.Ordinal))
            .WithVariable("id", id)
            .WithVariable("bytes", bytes)
            .WithTransactionPerScript()
            .LogToNowhere()
            .Build()
            .PerformUpgrade();
        if (!result.Successful)
        {
            throw new DatabaseException($"cannot migrate {name}: {result.ErrorScript?.Name ?? "before the first script"}: {result.Error.Message}", result.Error);
        }
    }
}
