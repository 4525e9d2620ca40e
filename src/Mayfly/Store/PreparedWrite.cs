using System.Data.Common;

namespace Mayfly.Store;

/// <summary>A statement, or several in a row, that the <see cref="Writer"/> runs again and again: the engine reads its text once.</summary>
/// <remarks>Only within the writer's turn: it has no lock of its own. When the writer has a new connection, it is prepared anew.</remarks>
/// <param name="text">SQL, with <c>@names</c>.</param>
/// <param name="names">Those names, in the order of the values.</param>
internal sealed class PreparedWrite(string text, params string[] names)
{
    private DbCommand? _command;

    /// <summary>Runs it with these values; bytes, integers, strings.</summary>
    /// <returns>How many rows were written, by all of its statements together.</returns>
    public Task<int> ExecuteAsync(DbConnection connection, DbTransaction transaction, params ReadOnlySpan<object> values)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length, names.Length);
        if (_command is null || _command.Connection != connection) Prepare(connection);
        _command!.Transaction = transaction;
        for (var i = 0; i < values.Length; i++) _command.Parameters[i].Value = values[i];
        return _command.ExecuteNonQueryAsync();
    }

    // What the old one held went with its connection.
    private void Prepare(DbConnection connection)
    {
        _command?.Dispose();
        _command = connection.CreateCommand();
        _command.CommandText = text;
        foreach (var name in names)
        {
            var parameter = _command.CreateParameter();
            parameter.ParameterName = name;
            _command.Parameters.Add(parameter);
        }
    }
}
