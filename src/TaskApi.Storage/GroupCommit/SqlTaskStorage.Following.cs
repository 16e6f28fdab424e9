using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.Storage.GroupCommit;

// Creation by calls that an observer follows: it gets the completions, whoever else wants them.
internal sealed partial class SqlTaskStorage
{
    private async ValueTask<TaskAnswer> CreateFollowedAsync(ITaskObserver observer, string owner, TaskSpec task, CancellationToken cancellationToken)
    {
        var answer = await Writer.DoAsync(new Creation(owner, task, watch: true, cancellationToken), cancellationToken);
        if (answer.Task is { } created) observer.OnCreated(created, answer.Completion);
        return answer;
    }

    private async ValueTask<TasksAnswer> CreateFollowedAsync(ITaskObserver observer, string owner, IReadOnlyList<TaskSpec> tasks, CancellationToken cancellationToken)
    {
        var answer = await Writer.DoAsync(new CreationOfMany(owner, tasks, watch: true, cancellationToken), cancellationToken);
        foreach (var (created, completion) in answer.Tasks) observer.OnCreated(created, completion);
        return answer;
    }

    // What the call says of waiting is kept with it, so it isn't ours to change: the tasks are looked up once more.
    private async ValueTask<CallAnswer> FollowAsync(ITaskObserver observer, string owner, ValueTask<CallAnswer> creation, CancellationToken cancellationToken)
    {
        var answer = await creation;
        if (answer is not { Status: AnswerStatus.Ok, IsRepeat: false }) return answer;
        foreach (var (created, completion) in await WatchManyAsync(owner, Array.ConvertAll(answer.Tasks, static watched => watched.Task.Id), cancellationToken))
        {
            if (created is not null) observer.OnCreated(created, completion);
        }

        return answer;
    }
}
