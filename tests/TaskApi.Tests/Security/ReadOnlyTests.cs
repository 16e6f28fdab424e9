using System.Net;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using TaskApi.AspNetCore.Hosting;
using TaskApi.AspNetCore.Security;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Security;

/// <summary>A key that lets look at north's tasks, and change nothing.</summary>
public sealed class ReadOnlyTests()
    : KeyedServiceTests(("Security:ApiKeys:2:Name", "north"), ("Security:ApiKeys:2:Hash", ApiKeyText.Hash(_key)), ("Security:ApiKeys:2:ReadOnly", "true"))
{
    private static readonly string _key = ApiKeyText.NewKey();

    // They see themselves to who may.
    private static readonly string[] _waits = ["POST /tasks/as-completed", "POST /tasks/gather", "POST /tasks/wait"];

    [Fact]
    public async Task Call_OfAnyMethodThatChanges_IsRefused()
    {
        await Get("/health/ready");
        var calls = Api.Services.GetRequiredService<ApiRoutes>().Source.Endpoints.OfType<RouteEndpoint>()
            .SelectMany(static route => (route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []).Where(static method => method is "POST" or "PUT" or "PATCH" or "DELETE")
                .Select(method => $"{method} {route.RoutePattern.RawText!.Replace("{id}", "019ca8a0-3e80-7d4a-8b1c-5e2f9a7c3d61", StringComparison.Ordinal).Replace("{name}", "any", StringComparison.Ordinal)}"))
            .Distinct(StringComparer.Ordinal).ToArray();
        Assert.True(calls.Length > 20, string.Join('\n', calls));

        var open = new List<string>();
        foreach (var call in calls)
        {
            var reply = await Look(new HttpMethod(call.Split(' ')[0]), call.Split(' ')[1], "{}");
            if (reply.Status == HttpStatusCode.Forbidden)
                reply.IsProblem(HttpStatusCode.Forbidden, "read-only");
            else if (reply.Status != HttpStatusCode.MethodNotAllowed)
                open.Add(call);
        }

        Assert.Equal(_waits, open.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Tasks_OfTheName_AreSeenAndWaitedFor()
    {
        var id = (await North(HttpMethod.Post, "/tasks", """{"message":"Hei","group":"g"}""")).IsJson(HttpStatusCode.Accepted).Id();

        var seen = await Look(HttpMethod.Get, $"/tasks/{id}");
        Assert.Equal(id, seen.IsJson(HttpStatusCode.OK).Id());
        Assert.Equal("read-only", seen.Header("TaskApi-Access"));
        Assert.Null((await North(HttpMethod.Get, $"/tasks/{id}")).Header("TaskApi-Access"));
        (await Look(HttpMethod.Post, "/tasks/gather", """{"group":"g"}""")).IsJson(HttpStatusCode.OK);
        (await Look(HttpMethod.Post, "/tasks/wait", $$"""{"ids":["{{id}}"]}""")).IsJson(HttpStatusCode.OK);
        (await Look(HttpMethod.Post, "/tasks/as-completed", $$"""{"ids":["{{id}}"]}""")).Is(HttpStatusCode.OK);
        (await Look(HttpMethod.Get, "/queues")).IsJson(HttpStatusCode.OK);
        (await South(HttpMethod.Get, $"/tasks/{id}")).IsProblem(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("/tasks/gather", """{"tasks":[{"message":"Hei"}]}""")]
    [InlineData("/tasks/gather", """{"group":"g","onTimeout":"cancel"}""")]
    [InlineData("/tasks/gather", """{"group":"g","onFailure":"cancel"}""")]
    [InlineData("/tasks/wait", """{"ids":["019ca8a0-3e80-7d4a-8b1c-5e2f9a7c3d61"],"onTimeout":"cancel"}""")]
    public async Task Wait_ThatCreatesOrCancels_IsRefused(string path, string body)
    {
        (await Look(HttpMethod.Post, path, body)).IsProblem(HttpStatusCode.Forbidden, "read-only");

        Assert.Empty((await North(HttpMethod.Get, "/tasks")).IsJson(HttpStatusCode.OK).Items("tasks"));
    }

    private Task<Reply> Look(HttpMethod method, string path, string? json = null) => Send(method, path, json is null ? null : Content(json), ("Authorization", $"Bearer {_key}"));
}
