namespace TaskApi.AspNetCore.Hosting;

/// <summary>The routes of TaskApi, once they are mapped. They are not among those of the program that it is part of.</summary>
internal sealed class ApiRoutes
{
    private EndpointDataSource? _source;

    /// <summary>The routes.</summary>
    public EndpointDataSource Source
    {
        get => _source ?? throw new InvalidOperationException("TaskApi is not mapped: app.MapTaskApi(\"/prefix\") does that.");
        set => _source = value;
    }
}
