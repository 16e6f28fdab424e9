using TaskApi.Handlers;

namespace TaskApi.Client;

/// <summary>What <c>AddTaskApiWorker</c> has added to a program, to be added to: handlers, which run the tasks of a service elsewhere.</summary>
public sealed class TaskApiWorkerBuilder : TaskHandlersBuilder
{
    internal TaskApiWorkerBuilder(IServiceCollection services, IHttpClientBuilder httpClient)
        : base(services) => HttpClient = httpClient;

    /// <summary>The <see cref="System.Net.Http.HttpClient"/> that calls the service, for certificates, proxies and handlers of your own.</summary>
    public IHttpClientBuilder HttpClient { get; }

    /// <inheritdoc/>
    internal override HandlerCatalogue Catalogue { get; } = new();
}
