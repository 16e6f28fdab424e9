namespace TaskApi.AspNetCore.Hosting;

/// <summary>The routes of TaskApi, once they are mapped. They are not among those of the program that it is part of.</summary>
internal sealed class ApiRoutes
{
    private EndpointDataSource? _source;

    /// <summary>The routes.</summary>
    public EndpointDataSource Source => _source ?? throw new InvalidOperationException("TaskApi is not mapped: app.MapTaskApi(\"/prefix\") does that.");

    /// <summary>Takes them, once.</summary>
    public void Take(EndpointDataSource source)
    {
        if (Interlocked.CompareExchange(ref _source, source, comparand: null) is not null)
            throw new InvalidOperationException("TaskApi is mapped already. A program has it under one prefix; to have it elsewhere too, redirect to that.");
    }
}
