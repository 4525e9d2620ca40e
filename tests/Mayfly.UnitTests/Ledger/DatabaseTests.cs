using Mayfly.Ledger;

namespace Mayfly.UnitTests.Ledger;

public sealed class DatabaseTests
{
    [Fact]
    public async Task Several_processes_may_open_a_new_one_together()
    {
        var directory = Directory.CreateTempSubdirectory("mayfly-db-").FullName;
        try
        {
            await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Database.Open(directory))));

            Assert.True(await Database.Open(directory).AnswersAsync());
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public void A_directory_that_cannot_be_written_is_named()
    {
        var wrong = Assert.Throws<DatabaseException>(() => Database.Open("/proc/mayfly"));

        Assert.Contains("/proc/mayfly/mayfly.db", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_database_is_named()
    {
        var directory = Directory.CreateTempSubdirectory("mayfly-db-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(directory, "mayfly.db"), new string('x', 5000));

            Assert.Contains("not a database", Assert.Throws<DatabaseException>(() => Database.Open(directory)).Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
