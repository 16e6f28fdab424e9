using System.Globalization;
using TaskApi.Engine.Model;

namespace TaskApi.Tests.Work.Handlers;

/// <summary>Which tasks handlers may create.</summary>
public sealed class HandlerChildTests
{
    private static readonly RetryPolicy _once = new() { MaxAttempts = 1 };

    private static LiveHandlers Handlers() => new(static async (string? dueAt, TaskContext context) =>
        dueAt is null ? Guid.Empty : await context.CreateAsync("other", 0, new NewTaskOptions { DueAt = DateTimeOffset.Parse(dueAt, CultureInfo.InvariantCulture) }));

    [Theory]
    [InlineData("9999-12-31T23:59:59.9999999Z")]
    [InlineData("2199-01-01T00:00:00Z")]
    public async Task DueAt_MoreThanAYearAhead_IsRefusedByName(string dueAt)
    {
        await using var handlers = Handlers();

        var task = await handlers.Run($"\"{dueAt}\"", _once);

        Assert.Equal((TaskState.Failed, "ArgumentException"), (task.State, task.Error!.Reason));
        Assert.StartsWith("DueAt must be at most 365 days ahead.", task.Error.Detail, StringComparison.Ordinal);
        Assert.Equal(TaskState.Completed, (await handlers.Run()).State);
    }

    [Fact]
    public async Task DueAt_WithinTheYear_IsTaken()
    {
        await using var handlers = Handlers();
        var dueAt = handlers.Clock.GetUtcNow().AddDays(365);

        var task = await handlers.Run($"\"{dueAt:O}\"", _once);

        var child = Guid.Parse(WorkFixture.Text(task.Work!.Result!.Value).Trim('"'));
        Assert.Equal((TaskState.Pending, dueAt), ((await handlers.Find(child)).State, (await handlers.Find(child)).DueAt));
    }
}
