using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.Tests.Work.Handlers;

/// <summary>Results of tasks that others have waited for, and that are out of the ordinary.</summary>
public sealed class ParentResultTests
{
    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    // How long the first result is, as it was written.
    private static LiveHandlers Handlers() => new(static (TaskContext context) => context.Parents.Count == 0 ? 0 : context.Parents[0].Result!.Value.GetRawText().Length);

    [Theory]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(1_000)]
    public async Task Result_NestedHoweverDeep_IsRead(int levels)
    {
        await using var handlers = Handlers();
        var nested = new string('[', levels) + new string(']', levels);

        var task = await (await CreateAfter(handlers, nested)).Completion!.Task.WaitAsync(TimeSpan.FromSeconds(30), Ended);

        Assert.Equal((TaskState.Completed, (2 * levels).ToString(CultureInfo.InvariantCulture)), (task.State, Encoding.UTF8.GetString(task.Work!.Result!.Value.Span)));
    }

    [Fact]
    public async Task Result_ThatCannotBeRead_IsAnErrorOfThatTaskAndOfNoOther()
    {
        await using var handlers = Handlers();

        var broken = await CreateAfter(handlers, "[");
        var other = await handlers.Run();

        Assert.Equal(TaskState.Completed, other.State);
        var task = await broken.Completion!.Task.WaitAsync(TimeSpan.FromSeconds(30), Ended);
        Assert.Equal((TaskState.Failed, true), (task.State, task.Error!.Reason.StartsWith("Json", StringComparison.Ordinal)));
    }

    // A task that has waited for one with this result.
    private static async Task<TaskAnswer> CreateAfter(LiveHandlers handlers, string result)
    {
        var (commands, work) = (handlers.Services.GetRequiredService<ITaskCommands>(), handlers.Services.GetRequiredService<IWorkSource>());
        var future = (await commands.CreateAsync("", Spec(new WorkSpec { Type = "future" }), watch: false, Ended)).Task!;
        var finished = await work.FinishAsync("", [WorkOutcome.Returned(future.Work!.Lease!.Value, Encoding.UTF8.GetBytes(result))], Ended);
        Assert.Equal(FinishProblem.None, Assert.Single(finished).Problem);
        var after = new AfterSpec([new AfterTask(future.Id)], AfterRule.Success);
        return await commands.CreateAsync("", Spec(new WorkSpec { Type = "test", After = after, Retry = new RetryPolicy { MaxAttempts = 1, InitialSeconds = 0, Jitter = 0 } }), watch: true, Ended);
    }

    private static TaskSpec Spec(WorkSpec work) => new() { Message = "", Schedule = default, Work = work };
}
