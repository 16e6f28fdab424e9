using System.Globalization;
using System.Net;
using System.Text.Json;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Work;

/// <summary>Base of the tests that play the worker over HTTP.</summary>
public abstract class WorkEndpointTests : EndpointTests
{
    private protected const string Worker = "w1";

    protected WorkEndpointTests(params (string Key, string Value)[] settings)
        : base(settings)
    {
    }

    /// <summary>Creates a task of type <c>resize</c> with more members, and answers with it.</summary>
    private protected Task<JsonElement> CreateWork(string members = "") => Create($$"""{"type":"resize"{{(members.Length == 0 ? "" : ",")}}{{members}}}""");

    /// <summary>Calls for work.</summary>
    private protected async Task<JsonElement> Acquire(int max = 1, string queue = "resize", string more = "") =>
        (await Post("/work/acquire", string.Create(CultureInfo.InvariantCulture, $$"""{"worker":"{{Worker}}","queues":["{{queue}}"],"max":{{max}}{{more}}}"""))).IsJson(HttpStatusCode.OK);

    /// <summary>Creates a task, and starts it.</summary>
    private protected async Task<(string Id, string Token)> Run(string members = "")
    {
        var id = (await CreateWork(members)).Id();
        var task = Assert.Single((await Acquire()).Items("tasks"));
        Assert.Equal(id, task.Id());
        return (id, Token(task));
    }

    /// <summary>Tells an outcome, and answers with what became of it.</summary>
    private protected async Task<JsonElement> Finish(string token, string outcome) =>
        Assert.Single((await Post("/work/finish", $$"""{"outcomes":[{"token":"{{token}}",{{outcome}}}]}""")).IsJson(HttpStatusCode.OK).Items("outcomes"));

    /// <summary>Creates a task, and has it fail.</summary>
    private protected async Task<string> Fail(string members = "", string reason = "ValueError")
    {
        var (id, token) = await Run(members);
        Assert.Equal("failed", (await Finish(token, $$"""
            "error":{"reason":"{{reason}}","detail":"no such file"}
            """)).Status());
        return id;
    }

    /// <summary>Sends a sign of life with one lease.</summary>
    private protected async Task<JsonElement> Beat(string token, string members = "", string more = "") =>
        (await Post("/work/heartbeat", $$"""{"worker":"{{Worker}}","leases":[{"token":"{{token}}"{{members}}}]{{more}}}""")).IsJson(HttpStatusCode.OK);

    private protected static string Token(JsonElement leased) => leased.GetProperty("lease").Text("token")!;

    private protected static string? Problem(JsonElement outcome) => outcome.TryGetProperty("problem", out var problem) ? problem.Text("type")!.Split(':')[^1] : null;
}
