using Npgsql;
using TaskApi.Storage.GroupCommit;

namespace TaskApi.Storage.Postgres;

/// <summary>The setting that names the database, and what the service adds to it where it says nothing.</summary>
internal static class ConnectionString
{
    private const string Setting = "ConnectionStrings:Tasks";
    private const int NpgsqlTimeout = 15;
    private const int NpgsqlCommandTimeout = 30;
    private const int DeadlineSeconds = 15;

    /// <summary>A refusal to start, in which the setting is named, and no credentials are.</summary>
    public static StorageRefusedException Refuse(string fault, Exception? cause = null) => new($"{Setting} {fault}", cause);

    /// <summary>Where to connect to, by what the setting says.</summary>
    /// <exception cref="StorageRefusedException">It isn't a connection string, or is missing.</exception>
    public static NpgsqlDataSource Read(string? text)
    {
        const string Example = "Host=db.example.org;Database=taskapi;Username=taskapi;Password=...";
        if (string.IsNullOrWhiteSpace(text)) throw Refuse($"is missing: with Tasks:Storage=Postgres it names the database, as {Example}");
        NpgsqlConnectionStringBuilder builder;
        try
        {
            builder = new NpgsqlConnectionStringBuilder(text);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or KeyNotFoundException or InvalidOperationException)
        {
            // What is wrong with it might be a part of a password.
            throw Refuse($"is not a connection string such as {Example}");
        }

        if (string.IsNullOrEmpty(builder.Host)) throw Refuse($"names no host; it is a connection string such as {Example}");
        builder.Pooling = false;
        builder.Enlist = false;
        builder.Multiplexing = false;
        builder.PersistSecurityInfo = false;
        builder.IncludeErrorDetail = false;
        // What the string leaves at Npgsql's own values.
        builder.ApplicationName ??= "taskapi";
        if (builder.MaxAutoPrepare == 0) (builder.MaxAutoPrepare, builder.AutoPrepareMinUsages) = (100, 2);
        if (builder.Timeout == NpgsqlTimeout) builder.Timeout = 5;
        // None at all would be a call without an end.
        if (builder.CommandTimeout is NpgsqlCommandTimeout or 0) builder.CommandTimeout = DeadlineSeconds;
        // To wait for the answer to a cancellation would show a commit that no replica has confirmed as one that has succeeded.
        builder.CancellationTimeout = -1;
        // A transaction of many is sent at once.
        builder.WriteBufferSize = Math.Max(builder.WriteBufferSize, 64 << 10);
        builder.TcpKeepAlive = true;
        // A firewall that forgets idle connections is to see that they are used, and a peer that is gone to be noticed.
        if (builder.TcpKeepAliveTime == 0) (builder.TcpKeepAliveTime, builder.TcpKeepAliveInterval) = (10, 5);
        // Only types that every PostgreSQL has are used: to connect again takes no more than it must.
        return new NpgsqlDataSourceBuilder(builder.ConnectionString).ConfigureTypeLoading(static types => types.EnableTypeLoading(false)).Build();
    }
}
