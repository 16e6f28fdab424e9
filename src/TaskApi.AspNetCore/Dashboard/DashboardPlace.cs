namespace TaskApi.AspNetCore.Dashboard;

/// <summary>Where the dashboard is: beside the calls on tasks, unless the program gives it a place of its own. Thread-safe.</summary>
internal sealed class DashboardPlace
{
    /// <summary>True if it has a place of its own; it is nowhere else then.</summary>
    public bool IsOfItsOwn { get; private set; }

    /// <summary>Gives it one.</summary>
    public void Take() => IsOfItsOwn = !IsOfItsOwn ? true : throw new InvalidOperationException("The dashboard is mapped already. A program has it at one place; to have it elsewhere too, redirect to that.");

    /// <summary>Marks a call as one that has come by the dashboard's own place.</summary>
    public void Enter(HttpContext context) => context.Features.Set(this);

    /// <summary>True if a call has come to where the dashboard is.</summary>
    public bool IsAt(HttpContext context) => !IsOfItsOwn || context.Features.Get<DashboardPlace>() is not null;
}
