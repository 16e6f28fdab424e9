using TaskApi.Handlers;

namespace TaskApi;

/// <summary>What <c>AddTaskApi</c> has added to a program, to be added to: storages, and handlers that run in this process.</summary>
public sealed class TaskApiBuilder : TaskHandlersBuilder
{
    private readonly Func<IServiceCollection, HandlerCatalogue> _catalogue;

    internal TaskApiBuilder(IServiceCollection services, Func<IServiceCollection, HandlerCatalogue> catalogue)
        : base(services) => _catalogue = catalogue;

    /// <inheritdoc/>
    internal override HandlerCatalogue Catalogue => _catalogue(Services);
}
