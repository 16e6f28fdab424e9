namespace TaskApi.AspNetCore.Api.Gathering;

/// <summary>What <see cref="ReturnWhen"/> means.</summary>
internal static class ReturnWhenRules
{
    /// <summary>Whether a task that has ended so is all that is waited for.</summary>
    public static Func<TaskState, bool> Suffices(this ReturnWhen returnWhen) => returnWhen switch
    {
        ReturnWhen.FirstCompleted => static _ => true,
        ReturnWhen.FirstException => static state => state == TaskState.Failed,
        _ => static _ => false,
    };
}
