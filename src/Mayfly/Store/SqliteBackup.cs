using System.Data.Common;
using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Mayfly.Store;

/// <summary>A copy of SQLite's database as of one moment, made while others write, and the way back.</summary>
internal static class SqliteBackup
{
    /// <summary>Writes a copy into a stream, after it was checked.</summary>
    /// <returns>How many charges are in it.</returns>
    /// <exception cref="DatabaseException">It could not be made.</exception>
    public static async Task<long> WriteAsync(Database database, Stream target)
    {
        // VACUUM INTO: one read transaction, so no writer waits, and a file without free pages or a log beside it.
        var copy = $"{database.File}.backup-{Guid.NewGuid():N}";
        try
        {
            await database.ReadAsync(connection => connection.ExecuteAsync("VACUUM INTO @copy", new { copy }, commandTimeout: 0));
            var charges = await CheckAsync(copy);
            await using var source = new FileStream(copy, FileMode.Open, FileAccess.Read);
            await source.CopyToAsync(target);
            await target.FlushAsync();
            return charges;
        }
        finally
        {
            File.Delete(copy);
        }
    }

    /// <summary>Puts a copy in the place of the database in a directory.</summary>
    /// <returns>What was done.</returns>
    /// <exception cref="DatabaseException">The copy is damaged or none of ours: nothing was changed.</exception>
    public static async Task<string> RestoreAsync(Stream source, string directory)
    {
        var path = Path.Combine(directory, "mayfly.db");
        var copy = $"{path}.restore-{Guid.NewGuid():N}";
        try
        {
            await using (var target = new FileStream(copy, FileMode.CreateNew, FileAccess.Write)) await source.CopyToAsync(target);
            var charges = await CheckAsync(copy);

            // With its log: what is in it belongs to the old file and would damage the new one.
            var kept = $"{path}.before-{DateTime.UtcNow.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture)}";
            foreach (var suffix in (string[])["-wal", "-shm", ""])
            {
                if (File.Exists(path + suffix)) File.Move(path + suffix, kept + suffix, overwrite: true);
            }

            File.Move(copy, path);
            return $"{path}: {charges} charges; what was there before is {kept}";
        }
        finally
        {
            File.Delete(copy);
        }
    }

    private static async Task<long> CheckAsync(string path)
    {
        try
        {
            await using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
            await connection.OpenAsync();
            var verdict = await connection.ExecuteScalarAsync<string>("PRAGMA integrity_check");
            if (verdict != "ok") throw new DatabaseException($"the copy is damaged: {verdict}");
            return await connection.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM charges");
        }
        catch (DbException wrong)
        {
            throw new DatabaseException($"the copy is no database of Mayfly's: {wrong.Message}", wrong);
        }
    }
}
