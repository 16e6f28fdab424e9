namespace TaskApi.AspNetCore.Dashboard;

/// <summary>Where the dashboard is: beside the calls on tasks, unless the program gives it a place of its own. Thread-safe.</summary>
internal sealed class DashboardPlace
{
    // Of this, and completed once: by whoever judges the place when the program has started.
    private readonly TaskCompletionSource<bool> _verdict = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>True if it has a place of its own; it is nowhere else then.</summary>
    public bool IsOfItsOwn { get; private set; }

    /// <summary>Gives it one.</summary>
    public void Take() => IsOfItsOwn = !IsOfItsOwn ? true : throw new InvalidOperationException("The dashboard is mapped already. A program has it at one place; to have it elsewhere too, redirect to that.");

    /// <summary>Says whether it may be shown there.</summary>
    public void Judge(bool mayBeShown) => _verdict.TrySetResult(mayBeShown);

    /// <summary>Marks a call as one that has come by the dashboard's own place, and answers whether it may go on. Until the program has started, it waits.</summary>
    public Task<bool> EnterAsync(HttpContext context)
    {
        context.Features.Set(this);
        return _verdict.Task;
    }

    /// <summary>True if a call has come to where the dashboard is.</summary>
    public bool IsAt(HttpContext context) => !IsOfItsOwn || context.Features.Get<DashboardPlace>() is not null;
}
