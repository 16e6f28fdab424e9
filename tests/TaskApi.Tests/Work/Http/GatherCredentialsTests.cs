using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Work.Http;

/// <summary>Credentials in the tasks that are created with a gather are sent, and nowhere to be seen.</summary>
public sealed class GatherCredentialsTests : HttpTaskTests
{
    [Fact]
    public async Task Credentials_OfTasksOfAGather_AreSentAndNowhereToBeSeen()
    {
        await using var receiver = new Receiver();
        var call = $$$$"""{"type":"http","retry":{"maxAttempts":1},"input":{"url":"{{{{receiver.Url}}}}","headers":{"X-Plain":"seen","Authorization":"Bearer hunter2"}}}""";
        var told = $$$""" "callback":{"url":"{{{receiver.Url}}}","headers":{"X-Plain":"seen","X-Token":"hunter2"}} """;
        var escaped = $$$$"""{"input":{"\u0068eaders":{"\u0041uthorization":"Bearer hunter2"},"url":"{{{{receiver.Url}}}}"},"type":"\u0068ttp"}""";
        var inner = $$$"""{"type":"gather","input":{"tasks":[{{{call}}},{"message":"Bye",{{{told}}}},{{{escaped}}}]}}""";
        var gather = $$$"""{"type":"gather","group":"g","input":{"tasks":[{{{call}}},{"message":"Hei","delaySeconds":60,{{{told}}}},{{{inner}}}]},{{{told}}}}""";

        var created = await Post("/tasks", gather);
        var id = created.IsJson(HttpStatusCode.Accepted).Id();
        string[] pending =
        [
            created.Body, (await Get($"/tasks/{id}")).Body, (await Post("/tasks/wait", $$"""{"ids":["{{id}}"],"waitSeconds":0}""")).Body,
            JsonSerializer.Serialize((await Api.Services.GetRequiredService<ITasks>().Attach(Guid.Parse(id)).GetAsync(TestContext.Current.CancellationToken)).Input),
        ];
        // A call that is under way would be late.
        foreach (var sent in (await Get("/tasks?type=http")).Json.Items("tasks")) await Finished(sent.Id());
        Clock.Advance(TimeSpan.FromSeconds(60));
        await Finished(id);
        var callback = await Finished(Assert.Single((await Get($"/tasks?parent={id}&type=http")).Json.Items("tasks"), static task => task.TryGetProperty("omitted", out _)).Id());

        Assert.All(pending, static answer => Assert.DoesNotContain("hunter2", answer, StringComparison.Ordinal));
        Assert.All(pending, static answer => Assert.Contains("\"X-Token\":\"***\"", answer, StringComparison.Ordinal));
        Assert.All(pending, static answer => Assert.Contains("\"X-Plain\":\"seen\"", answer, StringComparison.Ordinal));
        Assert.DoesNotContain("hunter2", callback.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain(receiver.Requests, static sent => sent.Body.Contains("hunter2", StringComparison.Ordinal));
        Assert.Contains(receiver.Requests, static sent => sent.Headers.GetValueOrDefault("authorization") == "Bearer hunter2");
        Assert.Contains(receiver.Requests, static sent => sent.Headers.GetValueOrDefault("x-token") == "hunter2");
    }

    [Fact]
    public async Task Input_ThatIsShown_IsRefusedAsThatOfAnotherGather()
    {
        using var events = await Open(HttpMethod.Get, "/tasks/events");
        var call = """{"type":"http","delaySeconds":60,"input":{"url":"https://example.com","headers":{"Authorization":"Bearer hunter2"}}}""";
        var shown = (await Create($$$"""{"type":"gather","input":{"tasks":[{{{call}}}]}}""")).GetProperty("input").GetRawText();

        Assert.Equal(shown, (await events.Event())!.Data.GetProperty("input").GetRawText());
        Assert.Equal(shown, (await Get("/tasks?type=gather")).Json.Items("tasks")[0].GetProperty("input").GetRawText());
        Assert.Equal(call.Replace("Bearer hunter2", "***", StringComparison.Ordinal), JsonElement.Parse(shown).Items("tasks")[0].GetRawText());
        (await Post("/tasks", $$"""{"type":"gather","input":{{shown}}}""")).IsInvalid("input.tasks[0].input.headers");
    }
}
