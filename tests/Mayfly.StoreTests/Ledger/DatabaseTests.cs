using Mayfly.Store;
using Mayfly.StoreTests.Servers;
using Npgsql;

namespace Mayfly.StoreTests.Ledger;

public sealed class DatabaseTests
{
    [Theory, BothEngines]
    public async Task Several_processes_may_open_a_new_one_together(EngineName engine)
    {
        using var store = new TestStore(engine, migrated: false);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(store.Open)));

        Assert.True(await store.Open().AnswersAsync());
    }

    [Fact]
    public void A_directory_that_cannot_be_written_is_named()
    {
        var wrong = Assert.Throws<DatabaseException>(() => Database.Open("", "/proc/mayfly"));

        Assert.Contains("/proc/mayfly/mayfly.db", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_database_is_named()
    {
        using var store = new TestStore(EngineName.Sqlite, migrated: false);
        Directory.CreateDirectory(Path.Combine(store.Directory, "gateway"));
        File.WriteAllText(Path.Combine(store.Directory, "gateway", "mayfly.db"), new string('x', 5000));

        Assert.Contains("not a database", Assert.Throws<DatabaseException>(store.Open).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_database_that_is_not_there_is_named_without_its_password()
    {
        var there = new TestStore(EngineName.Postgres, migrated: false);
        var elsewhere = new NpgsqlConnectionStringBuilder(there.ConnectionString) { Database = "nowhere", Password = "correct-horse" }.ConnectionString;

        var wrong = Assert.Throws<DatabaseException>(() => Database.Open(elsewhere, ""));

        Assert.Contains("nowhere", wrong.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("correct-horse", wrong.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Host=x;Pasword=correct-horse")]
    [InlineData("correct-horse")]
    public void What_is_no_connection_string_is_refused_without_being_repeated(string text)
    {
        var wrong = Assert.Throws<DatabaseException>(() => Database.Open(text, ""));

        Assert.Contains("Example: Host=", wrong.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("correct-horse", wrong.Message, StringComparison.Ordinal);
    }
}
