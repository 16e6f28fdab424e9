using System.Data;
using System.Data.Common;

namespace TaskApi.Storage.Rows;

/// <summary>A prepared statement of one connection, whose parameters are set by place. For one caller at a time.</summary>
internal sealed class Statement : IDisposable
{
    private readonly DbCommand _command;
    private readonly DbParameter[] _parameters;

    /// <param name="connection">Open; outlives the statement.</param>
    /// <param name="text">The statement.</param>
    /// <param name="parameters">The names of its parameters as they stand in the text, in the order in which they are set.</param>
    public Statement(DbConnection connection, string text, params ReadOnlySpan<string> parameters)
    {
        _command = connection.CreateCommand();
        _command.CommandText = text;
        _parameters = new DbParameter[parameters.Length];
        for (var i = 0; i < parameters.Length; i++)
        {
            _parameters[i] = _command.CreateParameter();
            _parameters[i].ParameterName = parameters[i];
            _parameters[i].Value = DBNull.Value;
            _command.Parameters.Add(_parameters[i]);
        }
    }

    /// <summary>Sets a parameter; null is the database's null.</summary>
    public Statement Set(int index, object? value)
    {
        _parameters[index].Value = value ?? DBNull.Value;
        return this;
    }

    /// <summary>Runs it; answers how many rows it changed.</summary>
    public int Execute() => _command.ExecuteNonQuery();

    /// <summary>Runs it and answers the first column of the first row, or null if there is no row or nothing in it.</summary>
    public long? Scalar() => _command.ExecuteScalar() is long value ? value : null;

    /// <summary>Runs it for its rows.</summary>
    public DbDataReader Read() => _command.ExecuteReader(CommandBehavior.Default);

    /// <inheritdoc cref="Read"/>
    public Task<DbDataReader> ReadAsync(CancellationToken cancellationToken) => _command.ExecuteReaderAsync(CommandBehavior.Default, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _command.Dispose();
}
