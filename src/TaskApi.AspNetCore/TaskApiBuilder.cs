namespace TaskApi.AspNetCore;

/// <summary>What <c>AddTaskApi</c> has added to a program, to be added to.</summary>
public sealed class TaskApiBuilder
{
    internal TaskApiBuilder(IServiceCollection services) => Services = services;

    /// <summary>The program's services.</summary>
    public IServiceCollection Services { get; }
}
