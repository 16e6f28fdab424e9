using System.Net;
using System.Text.Json;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Security;

/// <summary>The service under a path that is configured, behind a proxy that takes it off the paths of calls and one that leaves it on.</summary>
public sealed class PathPrefixTests() : EndpointTests(("Http:PathBase", Prefix))
{
    private const string Prefix = "/svc/taskapi";

    [Theory]
    [InlineData("")]
    [InlineData(Prefix)]
    public async Task References_InAnswers_LeadThroughTheProxy(string left)
    {
        var created = await Post($"{left}/tasks", """{"message":"Hei","delaySeconds":100}""");
        var id = created.IsJson(HttpStatusCode.Accepted).Id();
        await Create(100);

        Assert.Equal($"{Prefix}/tasks/{id}", created.Header("Location"));
        Assert.Equal(id, (await Get(created.Header("Location")!)).IsJson(HttpStatusCode.OK).Id());
        Assert.StartsWith($"<{Prefix}/tasks?limit=1&cursor=", (await Get($"{left}/tasks?limit=1")).Header("Link"), StringComparison.Ordinal);
        foreach (var (method, path) in ((HttpMethod, string)[])[(HttpMethod.Get, "/tasks/x"), (HttpMethod.Put, "/tasks"), (HttpMethod.Get, "/tasks?limit=x"), (HttpMethod.Get, "/nowhere")])
            Assert.Equal(Prefix + path.Split('?')[0], (await Send(method, left + path, null)).Json.Text("instance"));
    }

    [Theory]
    [InlineData("")]
    [InlineData(Prefix)]
    public async Task Pages_AndTheDescription_AreThereAndLeadThroughTheProxy(string left)
    {
        (await Get($"{left}/")).Is(HttpStatusCode.OK);
        (await Get($"{left}/js/main.js")).Is(HttpStatusCode.OK);
        (await Get($"{left}/health/ready")).Is(HttpStatusCode.OK);
        (await Get($"{left}/metrics")).Is(HttpStatusCode.OK);
        Assert.Equal("/swagger/index.html", new Uri(new Uri("http://service/swagger"), (await Get($"{left}/swagger")).Header("Location")).AbsolutePath);
        var description = (await Get($"{left}/swagger/v1/swagger.json")).IsJson(HttpStatusCode.OK);
        Assert.Equal([Prefix], description.Items("servers").Select(static server => server.Text("url")));
        Assert.Equal(JsonValueKind.Object, description.GetProperty("paths").GetProperty("/tasks").ValueKind);
    }

    [Fact]
    public async Task Page_WithoutItsSlash_LeadsToTheOneWithIt() =>
        Assert.Equal($"{Prefix}/?x=1", (await Get($"{Prefix}?x=1")).Is(HttpStatusCode.PermanentRedirect).Header("Location"));

    [Fact]
    public async Task Path_ThatOnlyBeginsLikeThePrefix_IsAnother() => (await Get($"{Prefix}x/tasks")).IsProblem(HttpStatusCode.NotFound);
}
