using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests;

/// <summary>A client of each of two nodes that share a database, for the time of one test.</summary>
/// <param name="settings">Configuration of both.</param>
public abstract class TwoNodes(params (string Key, string Value)[] settings) : IAsyncLifetime
{
    protected TaskApiFactory Api { get; } = new(settings);

    protected HttpClient One { get; private set; } = null!;

    protected HttpClient Other { get; private set; } = null!;

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
}
