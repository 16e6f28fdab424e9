using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Npgsql;
using TaskApi.Engine.Model;
using TaskApi.Storage.Postgres;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests;

/// <summary>What a role has set by default, and the sessions of the service have otherwise.</summary>
public sealed class SessionSettingsTests
{
    [Theory]
    [InlineData("statement_timeout", "400ms", "15s")]
    [InlineData("lock_timeout", "1ms", "3s")]
    [InlineData("idle_in_transaction_session_timeout", "0", "10s")]
    [InlineData("idle_session_timeout", "1s", "0")]
    [InlineData("tcp_user_timeout", "0", "30000")]
    [InlineData("default_transaction_isolation", "serializable", "read committed")]
    [InlineData("default_transaction_read_only", "on", "off")]
    [InlineData("client_min_messages", "error", "warning")]
    [InlineData("TimeZone", "Asia/Kathmandu", "UTC")]
    [InlineData("synchronous_commit", "off", "on")]
    [InlineData("synchronous_commit", "local", "on")]
    [InlineData("synchronous_commit", "remote_apply", "remote_apply")]
    [InlineData("enable_indexscan", "off", "on")]
    public void Session_OfARoleWithDefaultsOfItsOwn_HasWhatTheServiceNeeds(string name, string byDefault, string expected)
    {
        var database = PostgresServer.Shared.NewSchema();
        var role = $"r{Guid.NewGuid():N}";
        PostgresServer.Execute(database, $"CREATE ROLE {role} LOGIN SUPERUSER");
        PostgresServer.Execute(database, $"ALTER ROLE {role} SET {name} = '{byDefault}'");
        using var storage = new PostgresStorage(
            Options.Create(new TaskOptions()),
            new ConfigurationBuilder().AddInMemoryCollection([new("ConnectionStrings:Tasks", database.Replace("Username=postgres", $"Username={role}", StringComparison.Ordinal))]).Build(),
            new DatabaseClock(TimeProvider.System));

        using var connection = storage.Connect();

        using var ask = new NpgsqlCommand($"SELECT current_setting('{name}')", connection);
        Assert.Equal(expected, ask.ExecuteScalar());
    }
}
