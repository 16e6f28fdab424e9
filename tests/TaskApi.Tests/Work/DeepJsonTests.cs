using System.Net;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Work;

/// <summary>Inputs and results may be nested 64 levels deep, wherever they stand in a body; one more is refused.</summary>
public sealed class DeepJsonTests : WorkEndpointTests
{
    private static readonly string _deep = Nested(64);
    private static readonly string _tooDeep = Nested(65);

    public DeepJsonTests()
        : base(("Limits:MaxJsonDepth", "8"))
    {
    }

    [Fact]
    public async Task Input_As64LevelsDeep_IsKept()
    {
        var created = await CreateWork($"\"input\":{_deep}");

        Assert.Equal(_deep, created.GetProperty("input").GetRawText());
        Assert.Equal(_deep, Assert.Single((await Acquire()).Items("tasks")).GetProperty("input").GetRawText());
    }

    [Fact]
    public async Task Input_OfMixedKinds_CountsObjectsAndArraysAlike()
    {
        var mixed = string.Concat(Enumerable.Repeat("{\"a\":[", 32)) + "1" + string.Concat(Enumerable.Repeat("],\"b\":[0]}", 32));

        Assert.Equal(mixed, (await CreateWork($"\"input\":{mixed}")).GetProperty("input").GetRawText());
        Refused(await Post("/tasks", $$"""{"type":"resize","input":{"a":{{mixed}} } }"""), "input");
    }

    [Fact]
    public async Task Input_Deeper_IsRefusedWhereverItStands()
    {
        var id = (await CreateWork("\"delaySeconds\":60")).Id();
        var task = $$"""{"type":"resize","input":{{_tooDeep}}}""";

        Refused(await Post("/tasks", task), "input");
        Refused(await Post("/tasks/batch", $"[{task}]"), "[0].input");
        Refused(await Post("/tasks/gather", $$"""{"tasks":[{{task}}]}"""), "tasks[0].input");
        Refused(await Patch($"/tasks/{id}", $$"""{"input":{{_tooDeep}}}"""), "input");
    }

    [Fact]
    public async Task Input_InABatch_IsTakenAsInACallOfItsOwn()
    {
        var task = $$"""{"type":"resize","input":{{_deep}}}""";

        Assert.Equal(_deep, (await Post("/tasks/batch", $"[{task}]")).IsJson(HttpStatusCode.Accepted).Items("tasks")[0].GetProperty("input").GetRawText());
        var id = (await CreateWork("\"delaySeconds\":60")).Id();
        Assert.Equal(_deep, (await Patch($"/tasks/{id}", $$"""{"input":{{_deep}}}""")).IsJson(HttpStatusCode.OK).GetProperty("input").GetRawText());
    }

    [Fact]
    public async Task Input_InALine_IsTakenAndADeeperOneIsNamed()
    {
        var lines = $$"""{"type":"resize","input":{{_deep}}}""" + "\n" + $$"""{"type":"resize","input":{{_tooDeep}}}""" + "\n";
        using var reply = await Open(HttpMethod.Post, "/tasks/batch", Content(lines, "application/x-ndjson"));

        Assert.Equal(_deep, (await reply.Json()).GetProperty("input").GetRawText());
        Assert.Equal("[\"is nested deeper than 64 levels.\"]", (await reply.Json()).GetProperty("problem").GetProperty("errors").GetProperty("input").GetRawText());
    }

    [Fact]
    public async Task Result_As64LevelsDeep_IsKeptAndADeeperOneIsRefused()
    {
        var (id, token) = await Run();

        Refused(await Post("/work/finish", $$"""{"outcomes":[{"token":"{{token}}","result":{{_tooDeep}}}]}"""), "outcomes[0].result");
        await Finish(token, $"\"result\":{_deep}");

        Assert.Equal(_deep, (await Look(id)).GetProperty("result").GetRawText());
    }

    [Fact]
    public async Task Body_DeepWhereItIsNoInput_IsRefused() =>
        (await Post("/tasks", $$"""{"type":"resize","retry":{{_deep}}}""")).IsInvalid("retry");

    private static void Refused(Reply reply, string field) =>
        Assert.Equal("[\"is nested deeper than 64 levels.\"]", reply.IsInvalid(field).Json.GetProperty("errors").GetProperty(field).GetRawText());

    private static string Nested(int levels) => new string('[', levels) + new string(']', levels);
}
