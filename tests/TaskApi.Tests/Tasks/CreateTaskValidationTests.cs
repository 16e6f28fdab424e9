using System.Net;
using System.Text;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Tasks;

public sealed class CreateTaskValidationTests : EndpointTests
{
    public static TheoryData<string, string> BadValues => new()
    {
        { "message", "null" },
        { "message", "\"\"" },
        { "message", "5" },
        { "message", "[\"Hei\"]" },
        { "message", "\"\\ud800\"" },
        { "message", "\"\\udc00 first\"" },
        { "delaySeconds", "-0.001" },
        { "delaySeconds", "31536000.001" },
        { "delaySeconds", "1e300" },
        { "delaySeconds", "1e999" },
        { "delaySeconds", "\"5\"" },
        { "delaySeconds", "\"NaN\"" },
        { "delaySeconds", "\"Infinity\"" },
        { "delaySeconds", "true" },
        { "delaySeconds", "{}" },
        { "timeoutSeconds", "0" },
        { "timeoutSeconds", "-1" },
        { "timeoutSeconds", "31536000.001" },
        { "timeoutSeconds", "\"5\"" },
        { "name", "\"\"" },
        { "name", "7" },
        { "name", "\"\\ud800\"" },
        { "group", "\"\"" },
        { "group", "\"two words\"" },
        { "group", "\"line\\n\"" },
        { "group", "\"å\"" },
        { "group", "\"a/b\"" },
        { "group", "7" },
        { "unknown", "1" },
        { "Message", "\"Hei\"" },
        { "delayseconds", "1" },
        { "id", "\"01890a5d-ac96-774b-bcce-b302099a8057\"" },
    };

    [Theory]
    [MemberData(nameof(BadValues))]
    public async Task Create_BadValue_IsBlamedOnItsField(string field, string value)
    {
        var reply = await Post("/tasks", field == "message" ? $$"""{"message":{{value}}}""" : $$"""{"message":"Hei","{{field}}":{{value}}}""");

        reply.IsInvalid(field);
        await NothingWasCreated();
    }

    [Theory]
    [InlineData("")]
    [InlineData("P")]
    [InlineData("PT")]
    [InlineData("P1DT")]
    [InlineData("1M")]
    [InlineData("T1S")]
    [InlineData("PT1")]
    [InlineData("PTS")]
    [InlineData("P1H")]
    [InlineData("PT1D")]
    [InlineData("P1Y")]
    [InlineData("P1M")]
    [InlineData("-PT1S")]
    [InlineData("+PT1S")]
    [InlineData("PT-1S")]
    [InlineData("PT1S1M")]
    [InlineData("PT1S1S")]
    [InlineData("PT1.5M30S")]
    [InlineData("PT1.S")]
    [InlineData("PT.5S")]
    [InlineData("PT1e3S")]
    [InlineData(" PT1S")]
    [InlineData("PT1S ")]
    [InlineData("PT1S\\n")]
    [InlineData("P365DT0.001S")]
    [InlineData("PT31536000.001S")]
    [InlineData("PT99999999999999999999999999999999999S")]
    [InlineData("00:01:30")]
    public async Task Create_BadDuration_IsBlamedOnDelay(string delay)
    {
        (await Post("/tasks", $$"""{"message":"Hei","delay":"{{delay}}"}""")).IsInvalid("delay");
        await NothingWasCreated();
    }

    [Theory]
    [InlineData("\"\"")]
    [InlineData("\"soon\"")]
    [InlineData("\"2026-06-15T10:00:10\"")]
    [InlineData("\"2026-06-15\"")]
    [InlineData("\"2026-13-15T10:00:10Z\"")]
    [InlineData("\"2026-02-30T10:00:10Z\"")]
    [InlineData("\"2026-06-15T25:00:10Z\"")]
    [InlineData("\"2026-06-15T10:00:10+99:00\"")]
    [InlineData("\"9999-12-31T23:59:59Z\"")]
    [InlineData("\"9999-12-31T23:59:59-14:00\"")]
    [InlineData("1781517600")]
    public async Task Create_BadInstant_IsBlamedOnDueAt(string dueAt)
    {
        (await Post("/tasks", $$"""{"message":"Hei","dueAt":{{dueAt}}}""")).IsInvalid("dueAt");
        await NothingWasCreated();
    }

    [Theory]
    [InlineData("""{"delaySeconds":1,"delay":"PT1S","message":"Hei"}""")]
    [InlineData("""{"delaySeconds":1,"dueAt":"2026-06-15T10:00:10Z","message":"Hei"}""")]
    [InlineData("""{"delay":"PT1S","dueAt":"2026-06-15T10:00:10Z","message":"Hei"}""")]
    [InlineData("""{"delaySeconds":0,"delay":"PT0S","dueAt":"2026-06-15T10:00:00Z","message":"Hei"}""")]
    public async Task Create_MoreThanOneDueTime_IsRefused(string json)
    {
        var reply = (await Post("/tasks", json)).IsProblem(HttpStatusCode.BadRequest);

        Assert.NotEmpty(reply.Json.GetProperty("errors").Members().Intersect(["delaySeconds", "delay", "dueAt"], StringComparer.Ordinal));
        await NothingWasCreated();
    }

    [Fact]
    public async Task Create_WithoutMessage_IsBlamedOnMessage() => (await Post("/tasks", """{"delaySeconds":1}""")).IsInvalid("message");

    [Theory]
    [InlineData("message", 4096)]
    [InlineData("name", 128)]
    [InlineData("group", 128)]
    public async Task Create_Text_MayBeAsLongAsTheLimitAndNoLonger(string field, int limit)
    {
        Assert.Equal(limit, (await Create(Body(limit))).Text(field)!.Length);
        (await Post("/tasks", Body(limit + 1))).IsInvalid(field);

        string Body(int length) => field == "message"
            ? $$"""{"message":"{{new string('a', length)}}","delaySeconds":9}"""
            : $$"""{"message":"Hei","{{field}}":"{{new string('a', length)}}","delaySeconds":9}""";
    }

    [Fact]
    public async Task Create_Message_IsCountedInUtf16Units()
    {
        var longest = string.Concat(Enumerable.Repeat("😀", 2048));

        Assert.Equal(longest, (await Create($$"""{"message":"{{longest}}","delaySeconds":9}""")).Text("message"));
        (await Post("/tasks", $$"""{"message":"{{longest}}a"}""")).IsInvalid("message");
    }

    [Theory]
    [InlineData("delaySeconds", "31536000")]
    [InlineData("delaySeconds", "3.1536e7")]
    [InlineData("timeoutSeconds", "31536000")]
    [InlineData("timeoutSeconds", "0.001")]
    public async Task Create_NumberAtItsLimit_IsAccepted(string field, string value) =>
        await Create($$"""{"message":"Hei","{{field}}":{{value}}}""");

    [Fact]
    public async Task Create_DuplicateProperty_IsBlamedOnIt() =>
        (await Post("/tasks", """{"message":"Hei","delaySeconds":1,"delaySeconds":2}""")).IsInvalid("delaySeconds");

    [Fact]
    public async Task Create_SeveralBadFields_AreAllNamed()
    {
        var reply = await Post("/tasks", """{"message":"","delaySeconds":-1,"name":"","group":"a b","timeoutSeconds":0}""");

        Assert.Equal(["delaySeconds", "group", "message", "name", "timeoutSeconds"], reply.IsInvalid("message").Json.GetProperty("errors").Members().Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"Hei\"")]
    [InlineData("5")]
    [InlineData("{\"message\":\"Hei\"")]
    [InlineData("{\"message\":\"Hei\",}")]
    [InlineData("{\"message\":\"Hei\"} x")]
    [InlineData("{\"message\":\"Hei\"}{\"message\":\"Hei\"}")]
    [InlineData("{'message':'Hei'}")]
    [InlineData("{\"message\":\"Hei\",\"delaySeconds\":NaN}")]
    [InlineData("{\"message\":\"Hei\",\"delaySeconds\":Infinity}")]
    [InlineData("{\"message\":\"Hei\",\"delaySeconds\":01}")]
    [InlineData("{\"message\":\"a\nraw line end\"}")]
    [InlineData("{/* a comment */\"message\":\"Hei\"}")]
    public async Task Create_BadJson_IsRefused(string body)
    {
        (await Post("/tasks", body)).IsProblem(HttpStatusCode.BadRequest);
        await NothingWasCreated();
    }

    [Fact]
    public async Task Create_BadUtf8_IsRefused()
    {
        var content = new ByteArrayContent([.. "{\"message\":\""u8, 0xC3, 0x28, .. "\"}"u8]);
        content.Headers.ContentType = new("application/json");

        (await Send(HttpMethod.Post, "/tasks", content)).IsProblem(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Create_DeepNesting_IsRefused()
    {
        var body = new StringBuilder("{\"message\":").Append('[', 10_000).Append(']', 10_000).Append('}').ToString();

        (await Post("/tasks", body)).IsProblem(HttpStatusCode.BadRequest);
    }

    private async Task NothingWasCreated() => Assert.Equal(0, (await Get("/tasks/stats")).IsJson(HttpStatusCode.OK).Number("created"));
}
