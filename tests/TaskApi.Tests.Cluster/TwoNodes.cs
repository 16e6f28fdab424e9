using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using TaskApi.Engine.Ports;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests;

/// <summary>A client of each of two nodes that share a database, for the time of one test.</summary>
/// <param name="settings">Configuration of both.</param>
public abstract class TwoNodes(params (string Key, string Value)[] settings) : IAsyncLifetime
{
    protected TaskApiFactory Api { get; } = new(settings);

    protected HttpClient One { get; private set; } = null!;

    protected HttpClient Other { get; private set; } = null!;

    /// <summary>The tasks, as each node has them.</summary>
    private protected ITaskStorage[] Storages => OfNodes<ITaskStorage>();

    /// <summary>The connection string of their database.</summary>
    protected string Database => Api.Services.GetRequiredService<IConfiguration>().GetConnectionString("Tasks")!;

    public ValueTask InitializeAsync()
    {
        One = Api.CreateDefaultClient(new DescribedAnswers());
        Other = Api.Other.CreateDefaultClient(new DescribedAnswers());
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        One.Dispose();
        Other.Dispose();
        await Api.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>A service of each node.</summary>
    private protected T[] OfNodes<T>()
        where T : notnull => [.. Api.Nodes.Select(static node => node.Services.GetRequiredService<T>())];

    /// <summary>Waits, for a while, until it is so.</summary>
    internal static async Task Until(Func<Task<bool>> isSo)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!await isSo())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(60), "It doesn't come to that.");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>A stream of events, once it is open.</summary>
    /// <param name="node">Where.</param>
    /// <param name="after">The last event that has been read, to resume after it.</param>
    protected static async Task<StreamedReply> ReadEvents(HttpClient node, string? after = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/tasks/events");
        if (after is not null) request.Headers.Add("Last-Event-ID", after);
        return new StreamedReply(request, await node.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken));
    }
}
