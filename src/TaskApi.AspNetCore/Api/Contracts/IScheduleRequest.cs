namespace TaskApi.AspNetCore.Api.Contracts;

/// <summary>The three ways to say when a task is due; what is given is judged by <see cref="ScheduleValidation"/>.</summary>
internal interface IScheduleRequest
{
    /// <inheritdoc cref="CreateTaskRequest.DelaySeconds"/>
    double? DelaySeconds { get; }

    /// <inheritdoc cref="CreateTaskRequest.Delay"/>
    string? Delay { get; }

    /// <inheritdoc cref="CreateTaskRequest.DueAt"/>
    string? DueAt { get; }
}
