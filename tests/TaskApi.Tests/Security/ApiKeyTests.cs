using System.Net;
using TaskApi.AspNetCore.Security;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Security;

public sealed class ApiKeyTests : KeyedServiceTests
{
    public static TheoryData<string, string> Calls => new()
    {
        { "GET", "/tasks" },
        { "HEAD", "/tasks" },
        { "POST", "/tasks" },
        { "DELETE", "/tasks?all=true" },
        { "GET", "/tasks/stats" },
        { "GET", "/tasks/events" },
        { "POST", "/tasks/batch" },
        { "POST", "/tasks/gather" },
        { "POST", "/tasks/wait" },
        { "POST", "/tasks/as-completed" },
        { "GET", "/tasks/00000000-0000-7000-8000-000000000000" },
        { "GET", "/tasks/00000000-0000-7000-8000-000000000000/done" },
        { "GET", "/tasks/00000000-0000-7000-8000-000000000000/result" },
        { "PATCH", "/tasks/00000000-0000-7000-8000-000000000000" },
        { "DELETE", "/tasks/00000000-0000-7000-8000-000000000000" },
        { "PUT", "/tasks" },
        { "POST", "/work/acquire" },
        { "GET", "/schedules" },
        { "GET", "/queues" },
        { "PUT", "/Queues/images" },
        { "GET", "/tasks/" },
        { "GET", "/TASKS/stats" },
        { "GET", "/tasks/%73tats" },
        { "GET", "/tasks/no/such/route" },
    };

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task Call_WithoutKey_IsUnauthorized(string method, string path)
    {
        var reply = await Send(new HttpMethod(method), path, null);
        Assert.Equal(HttpStatusCode.Unauthorized, reply.Status);
        Assert.Equal("Bearer realm=\"taskapi\"", reply.Header("WWW-Authenticate"));
        if (method != "HEAD")
            reply.IsProblem(HttpStatusCode.Unauthorized, "unauthorized");
    }

    [Theory]
    [InlineData("Authorization", "Bearer taskapi_wrong")]
    [InlineData("Authorization", "Bearer ")]
    [InlineData("Authorization", "bearer x")]
    [InlineData("X-Api-Key", "taskapi_wrong")]
    [InlineData("X-Api-Key", "north")]
    public async Task Call_WithWrongKey_IsUnauthorized(string header, string value)
    {
        var reply = (await Get("/tasks", (header, value))).IsProblem(HttpStatusCode.Unauthorized, "unauthorized");
        Assert.Equal("Bearer realm=\"taskapi\", error=\"invalid_token\"", reply.Header("WWW-Authenticate"));
    }

    [Fact]
    public async Task Call_WithSomethingLongForAKey_IsUnauthorized() =>
        (await Get("/tasks", ("X-Api-Key", new string('ä', 10_000)))).IsProblem(HttpStatusCode.Unauthorized, "unauthorized");

    [Fact]
    public async Task Call_WithAHashForAKey_IsUnauthorized() =>
        (await Get("/tasks", ("X-Api-Key", ApiKeyText.Hash(NorthKey)))).IsProblem(HttpStatusCode.Unauthorized, "unauthorized");

    [Theory]
    [InlineData("Bearer")]
    [InlineData("bearer")]
    [InlineData("BEARER ")]
    public async Task Call_WithBearerKey_IsAnswered(string scheme) =>
        (await Get("/tasks", ("Authorization", $"{scheme} {NorthKey}"))).Is(HttpStatusCode.OK);

    [Fact]
    public async Task Call_WithApiKeyHeader_IsAnswered() => (await Get("/tasks", ("X-Api-Key", SouthKey))).Is(HttpStatusCode.OK);

    [Fact]
    public async Task Call_WithTheSameKeyTwice_IsAnswered() =>
        (await Get("/tasks", ("X-Api-Key", NorthKey), ("Authorization", $"Bearer {NorthKey}"))).Is(HttpStatusCode.OK);

    [Fact]
    public async Task Call_WithTwoKeys_IsUnauthorized() =>
        (await Get("/tasks", ("X-Api-Key", SouthKey), ("Authorization", $"Bearer {NorthKey}"))).IsProblem(HttpStatusCode.Unauthorized);

    [Fact]
    public async Task Call_WithCredentialsForAProxyBesideTheKey_IsAnswered() =>
        (await Get("/tasks", ("X-Api-Key", SouthKey), ("Authorization", "Basic dXNlcjpwYXNz"))).Is(HttpStatusCode.OK);

    [Fact]
    public async Task Call_WithCredentialsForAProxyAlone_IsUnauthorized() =>
        (await Get("/tasks", ("Authorization", "Basic dXNlcjpwYXNz"))).IsProblem(HttpStatusCode.Unauthorized);

    [Theory]
    [InlineData("/health/live", HttpStatusCode.OK)]
    [InlineData("/health/ready", HttpStatusCode.OK)]
    [InlineData("/", HttpStatusCode.OK)]
    [InlineData("/no/such/page", HttpStatusCode.NotFound)]
    public async Task Call_OutsideOfTasks_NeedsNoKey(string path, HttpStatusCode status) => (await Get(path)).Is(status);

    [Fact]
    public async Task Call_RefusedForItsKey_CreatesNothing()
    {
        await Post("/tasks", """{"message":"Hei"}""");
        await Post("/tasks/batch", """[{"message":"Hei"}]""", ("X-Api-Key", "wrong"));
        Assert.Equal(0, (await North(HttpMethod.Get, "/tasks/stats")).Json.Number("created"));
        Assert.Equal(0, (await South(HttpMethod.Get, "/tasks/stats")).Json.Number("created"));
    }
}
