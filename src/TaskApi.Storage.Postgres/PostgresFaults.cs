using System.Data.Common;
using System.Net.Sockets;
using Npgsql;
using TaskApi.Engine.Ports;
using TaskApi.Storage.GroupCommit;

namespace TaskApi.Storage.Postgres;

/// <summary>What an exception says about the database.</summary>
internal static class PostgresFaults
{
    /// <inheritdoc cref="ISqlStorage.IsFault"/>
    public static bool IsFault(Exception exception) => exception switch
    {
        // What the program got wrong: data, constraints, syntax. Rights that are missing can be given.
        PostgresException { SqlState: ['2', '2' or '3', ..] } => false,
        PostgresException { SqlState: ['4', '2', ..] } wrong => wrong.SqlState == PostgresErrorCodes.InsufficientPrivilege,
        DbException or IOException or SocketException or TimeoutException or StorageRefusedException or StorageUnavailableException => true,
        // A connection that has broken meanwhile.
        ObjectDisposedException or InvalidOperationException { Source: "Npgsql" } => true,
        _ => false,
    };

    /// <inheritdoc cref="ICluster.IsHeld"/>
    public static bool IsHeld(Exception exception) =>
        exception is PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable } || (exception.InnerException is { } cause && IsHeld(cause));

    /// <summary>True if who asks is not let in, or there is nothing there for him: waiting doesn't help.</summary>
    public static bool IsRefusal(PostgresException exception) => exception.SqlState is
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification or PostgresErrorCodes.InvalidCatalogName
        or PostgresErrorCodes.InsufficientPrivilege;
}
