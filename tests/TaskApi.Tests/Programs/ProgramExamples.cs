using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace TaskApi.Tests.Programs;

/// <summary>What docs/dotnet.md, docs/from-hangfire.md and docs/from-quartz.md show. A test compares, and others run it.</summary>
internal static class ProgramExamples
{
    public static void Shop(WebApplicationBuilder builder)
    {
        // EXAMPLE
        builder.Services.AddScoped<Invoices>();
        builder.AddTaskApi()
            .AddHandler<SendInvoice>("invoice", options => options.MaxRunning = 20);
        // END
    }

    public static async Task<decimal> Await(ITasks tasks, CancellationToken ended)
    {
        // EXAMPLE
        var handle = await tasks.CreateAsync<InvoiceInput, InvoiceResult>("invoice", new InvoiceInput(42), new()
        {
            Delay = TimeSpan.FromMinutes(5),
            Retry = new TaskRetry { MaxAttempts = 5, Initial = TimeSpan.FromSeconds(10) },
        }, ended);
        var invoice = await handle;
        // END
        return invoice.Total;
    }

    public static async Task<IReadOnlyList<decimal>> Many(ITasks tasks, CancellationToken ended)
    {
        // EXAMPLE
        var handles = await tasks.CreateManyAsync([.. Enumerable.Range(1, 3).Select(static number => NewTask.Of("invoice", new InvoiceInput(number)))], ended);
        var invoices = await tasks.GatherAsync(handles.Select(static handle => handle.As<InvoiceResult>()), ended);
        // END
        return [.. invoices.Select(static invoice => invoice.Total)];
    }

    public static async Task<decimal> Gathered(ITasks tasks, IEnumerable<TaskHandle> handles, CancellationToken ended)
    {
        // EXAMPLE
        var ids = handles.Select(static handle => handle.Id);
        var gathered = await tasks.CreateAsync<object, InvoiceResult[]>("gather", new { ids, onFailure = "cancel" }, cancellationToken: ended);
        var all = await gathered;
        // END
        return all.Sum(static invoice => invoice.Total);
    }

    public static async Task<(TaskHandle Only, TaskInfo? There)> Unique(ITasks tasks, CancellationToken ended)
    {
        TaskInfo? there = null;
        // EXAMPLE
        var unique = new TaskUnique("invoice-42") { OnConflict = UniqueConflict.Replace };
        var only = await tasks.CreateAsync("invoice", new InvoiceInput(42), new() { Delay = TimeSpan.FromMinutes(1), Unique = unique }, ended);
        try
        {
            await tasks.CreateAsync("invoice", new InvoiceInput(42), new() { Unique = unique with { OnConflict = UniqueConflict.Reject } }, ended);
        }
        catch (TaskExistsException exception)
        {
            there = exception.Problem.Task;
        }
        // END
        return (only, there);
    }

    public static async Task Hangfire(ITasks tasks, CancellationToken ended)
    {
        // EXAMPLE
        await tasks.CreateAsync("invoice", new InvoiceInput(42), cancellationToken: ended);                     // BackgroundJob.Enqueue
        var later = await tasks.CreateAsync("invoice", new InvoiceInput(42), new() { Delay = TimeSpan.FromDays(1) }, ended);   // BackgroundJob.Schedule
        await later.CancelAsync("paid already", ended);                                                         // BackgroundJob.Delete
        // END
    }

    public static async Task<TaskHandle> Quartz(ITasks tasks, DateTimeOffset dueAt, CancellationToken ended)
    {
        // EXAMPLE
        var handle = await tasks.CreateAsync("invoice", new InvoiceInput(42), new() { DueAt = dueAt, Priority = 5, Group = "invoices" }, ended);
        await handle.RescheduleAsync(TimeSpan.FromHours(2), ended);     // scheduler.RescheduleJob
        // END
        return handle;
    }

    public static async Task<ScheduleInfo> Schedules(ITasks tasks, CancellationToken ended)
    {
        // EXAMPLE
        var monday = await tasks.Schedules.PutAsync("monday-report", new()
        {
            Cron = "0 8 * * MON",
            TimeZone = "Europe/Oslo",
            Overlap = OverlapRule.Skip,
            Task = NewTask.Of("invoice", new InvoiceInput(42), new() { Timeout = TimeSpan.FromHours(1) }),
        }, cancellationToken: ended);
        Console.WriteLine(monday.NextAt[0]);
        // END
        return monday;
    }

    public static async Task<TaskHandle> ChangeSchedule(ITasks tasks, CancellationToken ended)
    {
        // EXAMPLE
        var read = await tasks.Schedules.GetAsync("monday-report", ended);
        await tasks.Schedules.PutAsync("monday-report", read.Definition with { Cron = "0 9 * * MON" }, ifUnchanged: read, ended);
        await tasks.Schedules.PauseAsync("monday-report", cancellationToken: ended);
        var now = await tasks.Schedules.TriggerAsync("monday-report", ended);      // beside the plan, paused or not
        // END
        return now;
    }

    public static async Task RecurringJobs(ITasks tasks, CancellationToken ended)
    {
        // EXAMPLE
        await tasks.Schedules.PutAsync("nightly", new() { Cron = "@daily", Task = NewTask.Of("invoice", new InvoiceInput(42)) }, cancellationToken: ended);   // RecurringJob.AddOrUpdate
        await tasks.Schedules.TriggerAsync("nightly", ended);                                                   // RecurringJob.TriggerJob
        await tasks.Schedules.DeleteAsync("nightly", cancellationToken: ended);                                 // RecurringJob.RemoveIfExists
        // END
    }

    public static async Task CronTrigger(ITasks tasks, CancellationToken ended)
    {
        // EXAMPLE
        await tasks.Schedules.PutAsync("invoices", new()                // WithCronSchedule("0 0 12 L * ?")
        {
            Cron = "0 12 L * *",
            TimeZone = "Europe/Oslo",                                   // InTimeZone
            Missed = MissedOccurrences.None,                            // WithMisfireHandlingInstructionDoNothing
            Overlap = OverlapRule.Skip,                                 // [DisallowConcurrentExecution]
            Task = NewTask.Of("invoice", new InvoiceInput(42)),
        }, cancellationToken: ended);
        await tasks.Schedules.PauseAsync("invoices", cancellationToken: ended);    // scheduler.PauseTrigger
        // END
    }

    // EXAMPLE
    public sealed record InvoiceInput(int Order);

    public sealed record InvoiceResult(decimal Total);

    public sealed class SendInvoice(Invoices invoices) : ITaskHandler<InvoiceInput, InvoiceResult>
    {
        public async Task<InvoiceResult> RunAsync(InvoiceInput input, TaskContext context, CancellationToken cancellationToken) =>
            new(await invoices.SendAsync(input.Order, context.Id, cancellationToken));
    }
    // END

    /// <summary>Stands for a service of the program's own.</summary>
    public sealed class Invoices
    {
        private readonly decimal _price = 10;

        public Task<decimal> SendAsync(int order, Guid idempotencyKey, CancellationToken cancellationToken) =>
            Task.FromResult(idempotencyKey == Guid.Empty ? 0 : order * _price);
    }
}
