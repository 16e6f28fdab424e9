using System.Net;
using TaskApi.AspNetCore.Security;
using TaskApi.Tests.Fuzz.Corpus;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Fuzz;

/// <summary>A service with a key, and callers without one who try everything else.</summary>
public sealed class HostileKeyTests : IAsyncDisposable
{
    private static readonly string[] _headers = ["Authorization", "X-Api-Key"];

    private readonly FuzzedService _service = new([("Security:ApiKeys:0:Name", "north"), ("Security:ApiKeys:0:Hash", ApiKeyText.Hash(ApiKeyText.NewKey()))]);

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task Key_ThatIsNone_OpensNoRoute()
    {
        var values = HostileHeaders.Values.Concat(["north", "Bearer north", $"Bearer {ApiKeyText.NewKey()}", ApiKeyText.NewKey(), ApiKeyText.Hash("north")]).ToList();
        var headers = HostileHeaders.Others.Where(static header => _headers.Contains(header.Name)).Concat(_headers.SelectMany(name => values.Select(value => (Name: name, Value: value)))).ToList();
        var routes = (await _service.Routes()).Where(static route => route.Path.StartsWith("/tasks", StringComparison.Ordinal)).ToList();

        var open = new List<string>();
        foreach (var request in routes.SelectMany(route => headers.Select(header => route.Best.WithHeader(header.Name, header.Value))))
        {
            using var response = await _service.Send(request);
            if (response.StatusCode != HttpStatusCode.Unauthorized || !response.Headers.Contains("WWW-Authenticate"))
                open.Add($"{request} → {(int)response.StatusCode}");
            else if (request.Method != HttpMethod.Head.Method)
                (await Reply.Read(response)).IsProblem(HttpStatusCode.Unauthorized, "unauthorized");
        }

        Assert.Empty(open);
        Assert.Equal(0, (await _service.Storage.GetStatsAsync("north", TestContext.Current.CancellationToken)).Created);
        Assert.Equal(0, (await _service.Storage.GetStatsAsync("", TestContext.Current.CancellationToken)).Created);
        Assert.Empty(await _service.Ailments());
    }
}
