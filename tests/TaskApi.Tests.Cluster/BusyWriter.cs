using Npgsql;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Tests.Infrastructure;
using static TaskApi.Tests.Work.WorkFixture;

namespace TaskApi.Tests;

/// <summary>A writer that waits in the middle of a transaction: what is asked for meanwhile shares the next one.</summary>
internal static class BusyWriter
{
    /// <summary>Has the writer wait for a task that this holds, and asks.</summary>
    /// <param name="storage">Whose writer.</param>
    /// <param name="database">Its database.</param>
    /// <param name="ask">Asks for what shares a transaction, in that order.</param>
    public static async Task<T> While<T>(ITaskStorage storage, string database, Func<T> ask)
    {
        var held = (await storage.CreateAsync("", Spec(delaySeconds: 1000, queue: "held"), watch: false, Ended)).Task!;
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync(Ended);
        await using var transaction = await connection.BeginTransactionAsync(Ended);
        await using var hold = new NpgsqlCommand($"SELECT 1 FROM all_tasks WHERE sequence = {(TaskId.TryParse(held.Id, out var task) ? task.Sequence : 0)} FOR UPDATE", connection, transaction);
        await hold.ExecuteScalarAsync(Ended);
        var busy = storage.RescheduleAsync("", held.Id, new TaskRevision(Schedule: null, Message: null, Priority: 1), condition: null, Ended).AsTask();
        await TwoNodes.Until(() => Task.FromResult(PostgresServer.Ask(database, $"SELECT EXISTS (SELECT FROM pg_stat_activity WHERE {connection.ProcessID} = ANY(pg_blocking_pids(pid)))") is true));

        var asked = ask();
        Assert.False(busy.IsCompleted);
        await transaction.RollbackAsync(Ended);

        Assert.Equal(AnswerStatus.Ok, (await busy).Status);
        return asked;
    }
}
