using System.Globalization;
using System.Net;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Work.Http;

/// <summary>What is sent, and what an answer means.</summary>
public sealed class HttpDeliveryTests : HttpTaskTests
{
    [Fact]
    public async Task Call_OfAUrl_SendsTheBodyAndCompletesWithTheAnswer()
    {
        await using var receiver = new Receiver(Receiver.Answer("201 Created", """{"ok":[1.50]}""", "Content-Type: application/json\r\nX-Seen: a\r\nX-Seen: b\r\nSet-Cookie: s=1\r\n"));

        var task = await Finished((await Call(receiver.Url, """ "headers":{"X-Mine":"1","Authorization":"Bearer t"},"body":{"a": 1.20} """)).Id());

        var sent = Assert.Single(receiver.Requests);
        Assert.Equal(("POST /hook HTTP/1.1", """{"a":1.20}""", "application/json"), (sent.Line, sent.Body, sent.Headers["content-type"]));
        Assert.Equal(("1", "Bearer t", task.Id(), Now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)), (sent.Headers["x-mine"], sent.Headers["authorization"], sent.Headers["webhook-id"], sent.Headers["webhook-timestamp"]));
        Assert.False(sent.Headers.ContainsKey("webhook-signature"));
        Assert.Equal(("completed", 1), (task.Status(), task.Number("attempt")));
        Assert.Equal(
            """{"status":201,"headers":{"connection":"close","x-seen":"a, b","set-cookie":"***","content-length":"13","content-type":"application/json"},"body":{"ok":[1.50]},"truncated":false}""",
            task.GetProperty("result").GetRawText());
    }

    [Theory]
    [InlineData(""" "method":"GET" """, "GET /hook HTTP/1.1", "", null)]
    [InlineData(""" "method":"PUT","text":"hei ä" """, "PUT /hook HTTP/1.1", "hei ä", "text/plain; charset=utf-8")]
    [InlineData(""" "text":"a,b","headers":{"content-type":"text/csv"} """, "POST /hook HTTP/1.1", "a,b", "text/csv")]
    [InlineData(""" "body":null """, "POST /hook HTTP/1.1", "null", "application/json")]
    public async Task Call_WithAMethodAndABody_IsSentAsAskedFor(string input, string line, string body, string? type)
    {
        await using var receiver = new Receiver();

        Assert.Equal("completed", (await CallOnce(receiver.Url, input)).Status());

        var sent = Assert.Single(receiver.Requests);
        Assert.Equal((line, body, type), (sent.Line, sent.Body, sent.Headers.GetValueOrDefault("content-type")));
    }

    [Theory]
    [InlineData(""" {"type":"order.paid","timestamp":"2026-03-01T09:30:00+01:00","data":{"n": 1.50,"t":"ä<"}} """, ""","type":"order.paid","time":"2026-03-01T09:30:00+01:00","datacontenttype":"application/json","data":{"n":1.50,"t":"ä<"}}""")]
    [InlineData(""" {"type":"ping"} """, ""","type":"ping"}""")]
    [InlineData(""" {"data":null,"type":"ping"} """, ""","type":"ping","datacontenttype":"application/json","data":null}""")]
    public async Task Call_AsACloudEvent_SendsTheBodyInsideOfOne(string body, string rest)
    {
        await using var receiver = new Receiver();

        var task = await CallOnce(receiver.Url, $""" "format":"cloudevents","body":{body} """);

        var sent = Assert.Single(receiver.Requests);
        Assert.Equal("application/cloudevents+json; charset=utf-8", sent.Headers["content-type"]);
        Assert.Equal($$"""{"specversion":"1.0","id":"{{task.Id()}}","source":"/tasks"{{rest}}""", sent.Body);
    }

    [Fact]
    public async Task Call_WithoutMore_HasTheDefaultsOfCalls()
    {
        await using var receiver = new Receiver();

        var task = await Call(receiver.Url);

        Assert.Equal("""{"maxAttempts":8,"maxLosses":3,"initialSeconds":5,"factor":3,"maxSeconds":21600,"jitter":0.1,"maxElapsedSeconds":null}""", task.GetProperty("retry").GetRawText());
        Assert.Equal(("http", 3600), (task.Text("queue"), task.Number("attemptSeconds")));
        await Finished(task.Id());
    }

    [Theory]
    [InlineData("204 No Content", "null")]
    [InlineData("202 Accepted", "null")]
    public async Task Answer_WithoutABody_Completes(string status, string body)
    {
        await using var receiver = new Receiver(Receiver.Answer(status));

        Assert.Equal(body, (await CallOnce(receiver.Url)).GetProperty("result").GetProperty("body").GetRawText());
    }

    [Theory]
    [InlineData("301 Moved", "301 Moved Permanently")]
    [InlineData("304 Not Modified", "304 Not Modified")]
    [InlineData("400 No", "400 Bad Request")]
    [InlineData("404 No", "404 Not Found")]
    [InlineData("410 Gone", "410 Gone")]
    [InlineData("499 Own", "499 Client Closed Request")]
    public async Task Answer_ThatWillStayTheSame_FailsForGood(string status, string detail)
    {
        await using var receiver = new Receiver(Receiver.Answer(status, headers: "Location: http://127.0.0.1:1/\r\n"));

        var task = await Finished((await Call(receiver.Url)).Id());

        Assert.Equal(("failed", 1, ("http-status", detail)), (task.Status(), task.Number("attempt"), ErrorOf(task)));
        Assert.Single(receiver.Requests);
    }

    [Theory]
    [InlineData("408 Late")]
    [InlineData("425 Early")]
    [InlineData("429 Much")]
    [InlineData("500 Oops")]
    [InlineData("503 Full")]
    public async Task Answer_ThatMayBeBetterLater_IsTriedAgain(string status)
    {
        var answers = 0;
        await using var receiver = new Receiver((_, stream, stopping) =>
            stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(Receiver.Answer(Interlocked.Increment(ref answers) == 1 ? status : "200 OK")), stopping).AsTask());

        var id = (await Call(receiver.Url, more: ""","retry":{"jitter":0}""")).Id();
        Assert.Equal(Now + Seconds(5), (await Retrying(id)).Instant("dueAt"));
        Clock.Advance(Seconds(5));

        Assert.Equal(("completed", 2), (await Finished(id) is var task ? task.Status() : "", task.Number("attempt")));
        Assert.Equal(2, receiver.Requests.Select(static sent => sent.Headers["taskapi-lease"]).Distinct().Count());
        Assert.Single(receiver.Requests.Select(static sent => sent.Headers["webhook-id"]).Distinct());
    }

    [Theory]
    [InlineData("Retry-After: 90\r\n", 90)]
    [InlineData("Retry-After: {0}\r\n", 120)]
    [InlineData("Retry-After: 1\r\n", 5)]
    [InlineData("Retry-After: soon\r\n", 5)]
    [InlineData("Retry-After: 99999999\r\n", 86_400)]
    public async Task RetryAfter_InEitherForm_IsObeyed(string header, double seconds)
    {
        var at = new DateTimeOffset(Now.UtcDateTime.AddSeconds(seconds)).ToString("R", CultureInfo.InvariantCulture);
        await using var receiver = new Receiver(Receiver.Answer("503 Full", headers: string.Format(CultureInfo.InvariantCulture, header, at)));

        var due = (await Retrying((await Call(receiver.Url, more: ""","retry":{"jitter":0}""")).Id())).Instant("dueAt");

        // The date has whole seconds.
        Assert.InRange(due - Now, Seconds(seconds - 1), Seconds(seconds));
    }

    [Fact]
    public async Task Worker_AskingForTheQueue_GetsNoCall()
    {
        await Call("http://127.0.0.1:9/", more: ""","delaySeconds":3600,"queue":"mine" """);

        Assert.Empty((await Post("/work/acquire", """{"worker":"w","queues":["mine","http"]}""")).IsJson(HttpStatusCode.OK).Items("tasks"));
    }

    [Fact]
    public async Task Credentials_InHeaders_AreNowhereToBeSeen()
    {
        string[] keys = ["X-Api-Key", "x-functions-key", "Ocp-Apim-Subscription-Key", "X-Api_Key", "X-Master-Key", "X-KeyVault"];
        var headers = string.Concat(keys.Select(static name => $"\"{name}\":\"hunter2\","));
        var input = $$"""{"url":"http://127.0.0.1:9/","headers":{"Authorization":"Bearer hunter2",{{headers}}"X-Plain":"seen"},"body":1}""";
        using var events = await Open(HttpMethod.Get, "/tasks/events");
        var id = (await Create($$$"""{"type":"http","delaySeconds":3600,"group":"g","input":{{{input}}}}""")).Id();
        Assert.Equal("***", (await events.Event())!.Data.GetProperty("input").GetProperty("headers").Text("Authorization"));
        await Put(input);

        string[] answers =
        [
            (await Get($"/tasks/{id}")).Body, (await Get("/tasks")).Body, (await Get("/schedules/nightly")).Body, (await Delete($"/tasks/{id}")).Body,
            (await Post("/tasks/gather", $$"""{"ids":["{{id}}"],"returnExceptions":true}""")).Body, (await Post("/tasks/wait", $$"""{"ids":["{{id}}"]}""")).Body,
        ];

        Assert.All(answers, static answer => Assert.DoesNotContain("hunter2", answer, StringComparison.Ordinal));
        Assert.All(answers, static answer => Assert.Contains("\"Authorization\":\"***\"", answer, StringComparison.Ordinal));
        Assert.All(answers, static answer => Assert.Contains("\"X-Plain\":\"seen\"", answer, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Rerun_OfACall_CallsAgainWithTheCredentials()
    {
        await using var receiver = new Receiver();
        var first = await Finished((await Call(receiver.Url, """ "headers":{"Authorization":"Bearer t"} """)).Id());

        await Finished((await Post($"/tasks/{first.Id()}/rerun", "")).IsJson(HttpStatusCode.Accepted).Id());

        Assert.Equal(["Bearer t", "Bearer t"], receiver.Requests.Select(static sent => sent.Headers["authorization"]));
    }

    [Theory]
    [InlineData("null", "input")]
    [InlineData("{}", "input.url")]
    [InlineData("""{"url":1}""", "input.url")]
    [InlineData("""{"url":"/relative"}""", "input.url")]
    [InlineData("""{"url":"ftp://example.com/"}""", "input.url")]
    [InlineData("""{"url":"file:///etc/passwd"}""", "input.url")]
    [InlineData("""{"url":"gopher://example.com/"}""", "input.url")]
    [InlineData("""{"url":"http://user:pass@example.com/"}""", "input.url")]
    [InlineData("""{"url":"http://user@example.com/"}""", "input.url")]
    [InlineData("""{"url":"http://example.com:0/"}""", "input.url")]
    [InlineData("""{"url":"http://exa mple.com/"}""", "input.url")]
    [InlineData("""{"url":"http://a/","method":"CONNECT"}""", "input.method")]
    [InlineData("""{"url":"http://a/","method":"get"}""", "input.method")]
    [InlineData("""{"url":"http://a/","headers":{"hOst":"b"}}""", "input.headers")]
    [InlineData("""{"url":"http://a/","headers":{"Content-Length":"1"}}""", "input.headers")]
    [InlineData("""{"url":"http://a/","headers":{"Transfer-Encoding":"chunked"}}""", "input.headers")]
    [InlineData("""{"url":"http://a/","headers":{"Connection":"close"}}""", "input.headers")]
    [InlineData("""{"url":"http://a/","headers":{"webhook-signature":"v1,x"}}""", "input.headers")]
    [InlineData("""{"url":"http://a/","headers":{"TaskApi-Lease":"x"}}""", "input.headers")]
    [InlineData("""{"url":"http://a/","headers":{"X":"a\r\nHost: b"}}""", "input.headers")]
    [InlineData("""{"url":"http://a/","headers":{"X":"ä"}}""", "input.headers")]
    [InlineData("""{"url":"http://a/","headers":{"X":1}}""", "input.headers")]
    [InlineData("""{"url":"http://a/","headers":{"X y":"1"}}""", "input.headers")]
    [InlineData("""{"url":"http://a/","headers":{"X":"1","x":"2"}}""", "input.headers")]
    [InlineData("""{"url":"http://a/","headers":[]}""", "input.headers")]
    [InlineData("""{"url":"http://a/","headers":{"Authorization":"***"}}""", "input.headers")]
    [InlineData("""{"url":"http://a/","body":1,"text":"a"}""", "input.text")]
    [InlineData("""{"url":"http://a/","text":1}""", "input.text")]
    [InlineData("""{"url":"http://a/","timeoutSeconds":0}""", "input.timeoutSeconds")]
    [InlineData("""{"url":"http://a/","timeoutSeconds":601}""", "input.timeoutSeconds")]
    [InlineData("""{"url":"http://a/","sign":"yes"}""", "input.sign")]
    [InlineData("""{"url":"http://a/","verify":false}""", "input")]
    [InlineData("""{"url":"http://a/","format":"xml"}""", "input.format")]
    [InlineData("""{"url":"http://a/","format":1}""", "input.format")]
    [InlineData("""{"url":"http://a/","format":"cloudevents"}""", "input.body")]
    [InlineData("""{"url":"http://a/","format":"cloudevents","text":"a"}""", "input.body")]
    [InlineData("""{"url":"http://a/","format":"cloudevents","body":[]}""", "input.body")]
    [InlineData("""{"url":"http://a/","format":"cloudevents","body":{"data":1}}""", "input.body.type")]
    [InlineData("""{"url":"http://a/","format":"cloudevents","body":{"type":""}}""", "input.body.type")]
    [InlineData("""{"url":"http://a/","format":"cloudevents","body":{"type":"a","id":"1"}}""", "input.body")]
    [InlineData("""{"url":"http://a/","format":"cloudevents","body":{"type":"a","timestamp":1}}""", "input.body.timestamp")]
    [InlineData("""{"url":"http://a/","format":"cloudevents","body":{"type":"a","timestamp":"2026-03-01"}}""", "input.body.timestamp")]
    [InlineData("""{"url":"http://a/","format":"cloudevents","body":{"type":"a","timestamp":"2026-03-01T09:30:00"}}""", "input.body.timestamp")]
    [InlineData("""{"url":"http://a/","format":"cloudevents","body":{"type":"a"},"headers":{"content-type":"text/plain"}}""", "input.headers")]
    public async Task Creation_WithAnInputThatCanNotBe_NamesTheField(string input, string field)
    {
        (await Post("/tasks", $$$"""{"type":"http","input":{{{input}}}}""")).IsInvalid(field);
        (await Post("/tasks/batch", $$$"""[{"type":"http","input":{{{input}}}}]""")).IsInvalid($"[0].{field}");
        Assert.Empty((await Get("/tasks")).IsJson(HttpStatusCode.OK).Items("tasks"));
    }

    [Fact]
    public async Task Change_OfTheInput_IsHeldToTheSameRules()
    {
        var id = (await Call("http://127.0.0.1:9/", more: ""","delaySeconds":3600""")).Id();

        (await Patch($"/tasks/{id}", """{"input":{"url":"ftp://a/"}}""")).IsInvalid("input.url");
        Assert.Equal("http://b/", (await Patch($"/tasks/{id}", """{"input":{"url":"http://b/"}}""")).IsJson(HttpStatusCode.OK).GetProperty("input").Text("url"));
    }

    private async Task Put(string input) =>
        (await Send(HttpMethod.Put, "/schedules/nightly", Content($$$"""{"cron":"0 3 * * *","task":{"type":"http","input":{{{input}}}}}"""))).IsJson(HttpStatusCode.Created);
}
