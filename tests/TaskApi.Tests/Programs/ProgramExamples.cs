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
