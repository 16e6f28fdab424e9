using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using TaskApi.Storage.Postgres.Sql;
using TaskApi.Storage.Rows;

namespace TaskApi;

/// <summary>Tasks that are created in a transaction of the program's own, on the database that has the tasks.</summary>
public static class TransactionalTasksExtensions
{
    private const string Reason = "System.Text.Json finds out by reflection how a type is written.";

    /// <summary>
    /// Creates a task in a transaction: it exists if, and only if, that commits, and runs then. The transaction is of the database that the setting
    /// <c>ConnectionStrings:Tasks</c> names, and finds its schema by its search path.
    /// </summary>
    /// <param name="tasks">The tasks of this process, kept in PostgreSQL.</param>
    /// <param name="task">What to create. Its delay begins with this call, not with the commit.</param>
    /// <param name="transaction">The transaction, of a role that may execute <c>taskapi_create</c>.</param>
    /// <param name="cancellationToken">Gives up the call; the transaction is of no use then.</param>
    /// <returns>A handle, to be used once the transaction has committed.</returns>
    /// <exception cref="InvalidRequestException">The task is not as it has to be, or has <see cref="NewTask.Unique"/>, <see cref="NewTask.After"/> or <see cref="NewTask.Callback"/>. The transaction goes on.</exception>
    /// <exception cref="ServiceBusyException">As many tasks are pending as may be. The transaction can only be rolled back; its commit may throw that too, as a <see cref="PostgresException"/>.</exception>
    /// <exception cref="NotSupportedException">The tasks are those of a service elsewhere.</exception>
    public static async Task<TaskHandle> CreateAsync(this ITasks tasks, NewTask task, NpgsqlTransaction transaction, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(transaction);
        if (tasks is not ILocalTasks local) throw new NotSupportedException("Only tasks of this process (AddTaskApi) can be created in a transaction; others can by SELECT taskapi_create(...).");
        local.Validate(task);
        RefuseWhatLooksAtOthers(task);
        try
        {
            return tasks.Attach(await CreateAsync(task, local.Owner, transaction, cancellationToken).ConfigureAwait(false));
        }
        catch (PostgresException exception) when (exception.SqlState is PostgresErrorCodes.ConfigurationLimitExceeded)
        {
            throw new ServiceBusyException(
                new Problem { Type = "urn:taskapi:problem:capacity-reached", Title = "Capacity reached", Status = 503, Detail = exception.MessageText }, TimeSpan.FromSeconds(1));
        }
    }

    /// <summary>Creates a task for a coroutine in a transaction.</summary>
    /// <typeparam name="TInput">What is written as its input, by System.Text.Json.</typeparam>
    /// <param name="tasks">The tasks of this process, kept in PostgreSQL.</param>
    /// <param name="type">The coroutine's type.</param>
    /// <param name="input">What it gets.</param>
    /// <param name="transaction">The transaction.</param>
    /// <param name="options">When and how it runs; null: now, once.</param>
    /// <param name="cancellationToken">Gives up the call; the transaction is of no use then.</param>
    /// <inheritdoc cref="CreateAsync(ITasks, NewTask, NpgsqlTransaction, CancellationToken)"/>
    [RequiresUnreferencedCode(Reason)]
    [RequiresDynamicCode(Reason)]
    public static Task<TaskHandle> CreateAsync<TInput>(
        this ITasks tasks, string type, TInput input, NpgsqlTransaction transaction, NewTaskOptions? options = null, CancellationToken cancellationToken = default) =>
        tasks.CreateAsync(NewTask.Of(type, input, options), transaction, cancellationToken);

    // What other tasks there are is known only when the transaction commits, and the function knows no callbacks.
    private static void RefuseWhatLooksAtOthers(NewTask task)
    {
        const string Fault = "must not be given in a transaction.";
        var errors = new Dictionary<string, string[]>();
        if (task.Unique is not null) errors["unique"] = [Fault];
        if (task.After.Count > 0) errors["after"] = [Fault];
        if (task.Callback is not null) errors["callback"] = [Fault];
        if (errors.Count > 0) throw new InvalidRequestException(new Problem { Type = "urn:taskapi:problem:invalid-request", Status = 400, Detail = $"{string.Join(" and ", errors.Keys)} {Fault}", Errors = errors });
    }

    private static async Task<Guid> CreateAsync(NewTask task, string owner, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        await using var create = new NpgsqlCommand(CreateSql.Create, transaction.Connection, transaction);
        AddParameters(create.Parameters, task, owner);
        return (Guid)(await create.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }

    private static void AddParameters(NpgsqlParameterCollection parameters, NewTask task, string owner)
    {
        var isWork = task.Type is not null;
        Add(NpgsqlDbType.Text, task.Message);
        Add(NpgsqlDbType.Text, task.Type);
        Add(NpgsqlDbType.Json, task.Input?.GetRawText());
        Add(NpgsqlDbType.Text, task.Queue);
        Add(NpgsqlDbType.Integer, isWork ? task.Priority : null);
        Add(NpgsqlDbType.Text, task.Key);
        Add(NpgsqlDbType.Json, task.Retry is { } retry ? ToJson(retry) : null);
        Add(NpgsqlDbType.Double, task.AttemptTimeout?.TotalSeconds);
        Add(NpgsqlDbType.Double, task.Delay?.TotalSeconds);
        // In the past there is nothing but now, which is how far back the database's type needn't go.
        Add(NpgsqlDbType.TimestampTz, task.DueAt is { } due ? (due < DateTimeOffset.UnixEpoch ? DateTimeOffset.UnixEpoch : due).ToUniversalTime() : null);
        Add(NpgsqlDbType.Double, task.Timeout?.TotalSeconds);
        Add(NpgsqlDbType.Text, task.Name);
        Add(NpgsqlDbType.Text, task.Group);
        Add(NpgsqlDbType.Text, owner);

        void Add(NpgsqlDbType type, object? value) => parameters.Add(new NpgsqlParameter { NpgsqlDbType = type, Value = value ?? DBNull.Value });
    }

    private static string ToJson(TaskRetry retry) => JsonSerializer.Serialize(
        new RetryDocument(
            retry.MaxAttempts, retry.MaxLosses, retry.Initial.TotalSeconds, retry.Factor, retry.Max.TotalSeconds, retry.Jitter, retry.MaxElapsed?.TotalSeconds),
        ScheduleJsonContext.Default.RetryDocument);
}
