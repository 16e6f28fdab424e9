using System.Net;
using System.Text.Json;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Work.Http;

/// <summary>Callbacks, from the call that asks for one to the request that arrives.</summary>
public sealed class CallbackEndpointTests : HttpTaskTests
{
    private const string Plain = """ "callback":{"url":"https://example.com/done"}""";

    [Fact]
    public async Task Message_WithACallback_IsToldToTheUrlAsItIsShown()
    {
        await using var receiver = new Receiver();
        var task = await Create($$$$"""{"message":"Hei ä","delaySeconds":5,"group":"g","callback":{"url":"{{{{receiver.Url}}}}","headers":{"X-Mine":"1","Authorization":"Bearer t"}}}""");
        Assert.Equal((await Create("""{"message":"Hei ä","delaySeconds":5,"group":"g"}""")).EnumerateObject().Select(static member => member.Name), task.EnumerateObject().Select(static member => member.Name));

        Clock.Advance(TimeSpan.FromSeconds(5));
        var call = await CallOf(task.Id());
        await Finished(call.Id());

        var sent = Assert.Single(receiver.Requests);
        Assert.Equal(("POST /hook HTTP/1.1", "application/json", "1", "Bearer t", call.Id()), (sent.Line, sent.Headers["content-type"], sent.Headers["x-mine"], sent.Headers["authorization"], sent.Headers["webhook-id"]));
        var body = JsonElement.Parse(sent.Body);
        var shown = await Look(task.Id());
        Assert.Equal(("task.completed", shown.Text("finishedAt")), (body.Text("type"), body.Text("timestamp")));
        Assert.True(JsonElement.DeepEquals(shown, body.GetProperty("data")), sent.Body);
        Assert.Equal(("http", "http", null, task.Id()), (call.Text("type"), call.Text("queue"), call.Text("group"), call.Text("parent")));
        Assert.Equal("""{"X-Mine":"1","Authorization":"***"}""", call.GetProperty("input").GetProperty("headers").GetRawText());
        Assert.Single((await Get("/tasks?type=http")).Json.Items("tasks"));
    }

    [Theory]
    [InlineData("""{"X-A":1}""", "callback.headers.X-A", "must be a string, in valid UTF-8 and without lone surrogates.")]
    [InlineData("""{"x.a[0]":{}}""", "callback.headers['x.a[0]']", "must be a string, in valid UTF-8 and without lone surrogates.")]
    [InlineData("[]", "callback.headers", "must be an object.")]
    public async Task Headers_OfAWrongType_AreRefusedWithWhatTheyMustBe(string headers, string field, string rule)
    {
        var refused = (await Post("/tasks", $$$"""{"message":"m","callback":{"url":"https://example.com","headers":{{{headers}}}}}""")).IsInvalid(field);

        Assert.Equal(rule, refused.Json.GetProperty("errors").Items(field)[0].GetString());
    }

    [Theory]
    [InlineData("7", "callback")]
    [InlineData("{}", "callback.url")]
    [InlineData("""{"url":7}""", "callback.url")]
    [InlineData("""{"url":"ftp://example.com"}""", "callback.url")]
    [InlineData("""{"url":"/done"}""", "callback.url")]
    [InlineData("""{"url":"https://me:secret@example.com"}""", "callback.url")]
    [InlineData("""{"url":"https://example.com","headers":{"Host":"x"}}""", "callback.headers")]
    [InlineData("""{"url":"https://example.com","headers":{"Authorization":"***"}}""", "callback.headers")]
    [InlineData("""{"url":"https://example.com","headers":{"a":"1","A":"2"}}""", "callback.headers")]
    [InlineData("""{"url":"https://example.com","headers":{"a":null}}""", "callback.headers")]
    [InlineData("""{"url":"https://example.com","headers":{"a":1}}""", "callback.headers.a")]
    [InlineData("""{"url":"https://example.com","headers":[]}""", "callback.headers")]
    [InlineData("""{"url":"https://example.com","on":[]}""", "callback.on")]
    [InlineData("""{"url":"https://example.com","on":["pending"]}""", "callback.on")]
    [InlineData("""{"url":"https://example.com","on":["completed","running"]}""", "callback.on")]
    [InlineData("""{"url":"https://example.com","on":["done"]}""", "callback.on[0]")]
    [InlineData("""{"url":"https://example.com","on":"completed"}""", "callback.on")]
    [InlineData("""{"url":"https://example.com","method":"PUT"}""", "callback.method")]
    public async Task Create_WithACallbackThatIsNone_NamesTheField(string callback, string field)
    {
        (await Post("/tasks", $$"""{"message":"m","callback":{{callback}}}""")).IsInvalid(field);
        (await Post("/tasks/batch", $$"""[{"type":"resize"},{"type":"resize","callback":{{callback}}}]""")).IsInvalid($"[1].{field}");
        Assert.Equal(0, (await Get("/tasks/stats")).Json.Number("created"));
    }

    [Fact]
    public async Task Create_WithMoreHeadersThanAnInputMayHave_NamesTheField()
    {
        var headers = string.Join(',', Enumerable.Range(0, 20).Select(static i => $"\"h{i}\":\"{new string('x', 4000)}\""));

        (await Post("/tasks", $$$$"""{"message":"m","callback":{"url":"https://example.com","headers":{ {{{{headers}}}} }}}""")).IsInvalid("callback");
    }

    [Fact]
    public async Task Callback_ThatIsNull_IsAsWithout()
    {
        var id = (await Create("""{"message":"m","delaySeconds":0,"callback":null}""")).Id();
        Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("completed", (await Finished(id)).Status());
        Assert.Empty((await Get($"/tasks?parent={id}")).Json.Items("tasks"));
    }

    [Fact]
    public async Task Batch_OfEitherForm_TakesCallbacks()
    {
        var array = (await Post("/tasks/batch", $$"""[{"message":"m","delaySeconds":9,{{Plain}}},{"type":"resize","after":["#0"],{{Plain}}}]""")).IsJson(HttpStatusCode.Accepted).Items("tasks");
        using var client = Api.CreateTestClient();
        using var lines = new StringContent($$"""
            {"message":"m","delaySeconds":9,{{Plain}}}
            {"type":"resize","delaySeconds":9,{{Plain}}}
            """, System.Text.Encoding.UTF8, "application/x-ndjson");
        using var streamed = await client.PostAsync(new Uri("/tasks/batch", UriKind.Relative), lines, TestContext.Current.CancellationToken);
        Assert.DoesNotContain("problem", await streamed.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);

        Assert.Equal(4, (await Delete("/tasks?all=true")).Json.Number("cancelled"));

        Assert.Equal(4, (await Get("/tasks?type=http")).Json.Items("tasks").Count);
        Assert.Equal("task.cancelled", (await CallOf(array[1].Id())).GetProperty("input").GetProperty("body").Text("type"));
    }

    [Fact]
    public async Task Gather_AndItsTasks_AreToldEachByItself()
    {
        var id = (await Create($$"""{"type":"gather","input":{"tasks":[{"message":"m","name":"member","delaySeconds":5,{{Plain}}}]},{{Plain}}}""")).Id();
        var member = (await Get("/tasks?name=member")).Json.Items("tasks")[0].Id();

        Clock.Advance(TimeSpan.FromSeconds(5));
        var gather = await Finished(id);

        var told = (await Look(Assert.Single((await Get($"/tasks?parent={id}&type=http")).Json.Items("tasks")).Id())).GetProperty("input").GetProperty("body");
        Assert.Equal(("task.completed", gather.GetProperty("result").GetRawText()), (told.Text("type"), told.GetProperty("data").GetProperty("result").GetRawText()));
        Assert.Equal("task.completed", (await CallOf(member)).GetProperty("input").GetProperty("body").Text("type"));
    }

    [Fact]
    public async Task Occurrence_OfASchedule_HasItsCallback()
    {
        await using var receiver = new Receiver();
        var task = $$$"""{"message":"m","callback":{"url":"{{{receiver.Url}}}","headers":{"X-Token":"t"},"on":["completed","cancelled"]}}""";
        var put = await Put("/schedules/s", $$"""{"cron":"0 * * * *","task":{{task}}}""");
        Assert.Equal($$$"""{"url":"{{{receiver.Url}}}","headers":{"X-Token":"***"},"on":["completed","cancelled"]}""", put.IsJson(HttpStatusCode.Created).GetProperty("task").GetProperty("callback").GetRawText());

        Clock.Advance(TimeSpan.FromHours(1));
        var id = default(string);
        await Until(async () => (id = (await Get("/schedules/s")).Json.Text("lastTaskId")) is not null);
        await Finished(id!);
        await Finished((await CallOf(id!)).Id());

        Assert.Equal("t", Assert.Single(receiver.Requests).Headers["x-token"]);
        (await Put("/schedules/s", """{"cron":"0 * * * *","task":{"message":"m","callback":{"url":"x"}}}""")).IsInvalid("task.callback.url");
    }

    [Fact]
    public async Task Key_WithAnotherCallback_IsRefused()
    {
        var first = await Post("/tasks", $$"""{"message":"m","delaySeconds":9,{{Plain}}}""", ("Idempotency-Key", "k"));
        var again = await Post("/tasks", $$"""{"message":"m","delaySeconds":9,{{Plain}}}""", ("Idempotency-Key", "k"));
        Assert.Equal(first.Json.Id(), again.Json.Id());

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await Post("/tasks", """{"message":"m","delaySeconds":9,"callback":{"url":"https://example.com/other"}}""", ("Idempotency-Key", "k"))).Status);

        await Delete($"/tasks/{first.Json.Id()}");
        Assert.Equal(HttpStatusCode.OK, (await Get("/tasks")).Status);
        await CallOf(first.Json.Id());
    }

    [Fact]
    public async Task Task_AsLargeAndDeepAsItMayBe_IsToldWhole()
    {
        await using var receiver = new Receiver();
        var deep = $"{new string('[', 62)}\"{new string('x', 60_000)}\"{new string(']', 62)}";
        var id = (await Create($$$"""{"type":"resize","input":{{{deep}}},"callback":{"url":"{{{receiver.Url}}}"}}""")).Id();
        var leased = Assert.Single((await Post("/work/acquire", """{"worker":"w","queues":["resize"]}""")).Json.Items("tasks"));
        await Post("/work/finish", $$"""{"outcomes":[{"token":"{{leased.GetProperty("lease").Text("token")}}","result":{{deep}}}]}""");

        var read = await Api.CreateTestClient().GetStringAsync(new Uri($"/tasks?parent={id}", UriKind.Relative), TestContext.Current.CancellationToken);
        var call = JsonElement.Parse(read).Items("tasks")[0].Id();
        await Until(async () => !receiver.Requests.IsEmpty && (await Get($"/tasks/stats")).Json.Number("running") == 0);

        Assert.NotNull(call);
        var task = JsonElement.Parse(Assert.Single(receiver.Requests).Body, new JsonDocumentOptions { MaxDepth = 128 }).GetProperty("data");
        Assert.Equal((deep, deep), (task.GetProperty("input").GetRawText(), task.GetProperty("result").GetRawText()));
    }

    [Fact]
    public async Task Task_WhoseResultIsNestedDeeperThanAnInputMayBe_IsToldAndShownLikeOthers()
    {
        await using var receiver = new Receiver();
        using var events = await Open(HttpMethod.Get, "/tasks/events");
        var future = await Create("""{"type":"future"}""");
        var result = new string('[', 64) + new string(']', 64);
        await Post("/work/finish", $$"""{"outcomes":[{"token":"{{future.GetProperty("lease").Text("token")}}","result":{{result}}}]}""");
        var id = future.Id();
        for (var i = 1; i <= 62; i++)
        {
            var callback = i == 62 ? $$$""","callback":{"url":"{{{receiver.Url}}}"}""" : "";
            id = (await Create($$$"""{"type":"gather","input":{"ids":["{{{id}}}"]}{{{callback}}}}""")).Id();
            await Finished(id);
        }

        var call = await CallOf(id);
        Assert.Equal("completed", (await Finished(call.Id())).Status());
        Assert.Equal(64, (await Get("/tasks")).IsJson(HttpStatusCode.OK).Items("tasks").Count);
        (await Post($"/tasks/{call.Id()}/rerun", "", ("Idempotency-Key", "k"))).IsJson(HttpStatusCode.Accepted);
        while ((await events.Event())!.Data.Id() != call.Id())
        {
            // Those of the other tasks.
        }

        Assert.True(receiver.Requests.TryPeek(out var sent));
        var told = TaskJson.Parse(sent.Body).GetProperty("data").GetProperty("result").GetRawText();
        Assert.Equal(new string('[', 62) + result + new string(']', 62), told);
    }

    private Task<Reply> Put(string path, string json) => Send(HttpMethod.Put, path, Content(json));

    private async Task<JsonElement> CallOf(string id) => await Look(Assert.Single((await Get($"/tasks?parent={id}")).Json.Items("tasks")).Id());

    private static async Task Until(Func<Task<bool>> isSo)
    {
        while (!await isSo())
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
