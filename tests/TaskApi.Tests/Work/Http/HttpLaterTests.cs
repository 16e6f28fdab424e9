using System.Net;
using System.Text.Json;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Work.Http;

/// <summary>Calls that are answered later, or whose answer nobody wants any more.</summary>
public sealed class HttpLaterTests : HttpTaskTests
{
    [Fact]
    public async Task Answer_ThatKeepsTheLease_IsFinishedByItsToken()
    {
        await using var receiver = Later();
        var id = (await Call(receiver.Url, """ "timeoutSeconds":600 """)).Id();
        var token = await TokenOf(receiver);
        Clock.Advance(Seconds(599));

        var task = await Look(id);
        Assert.Equal(("running", 1), (task.Status(), task.Number("attempt")));
        Assert.Equal("completed", (await Finish(token, """ "result":{"rows":3} """)).Status());
        Assert.Equal("""{"rows":3}""", (await Finished(id)).GetProperty("result").GetRawText());
    }

    [Fact]
    public async Task Answer_ThatKeepsTheLease_IsAnErrorWhenItsTimeIsOver()
    {
        await using var receiver = Later();
        var id = (await Call(receiver.Url, """ "timeoutSeconds":600 """, ""","attemptSeconds":60,"retry":{"maxAttempts":1}""")).Id();
        await TokenOf(receiver);

        Clock.Advance(Seconds(60));

        Assert.Equal("attempt-timeout", ErrorOf(await Finished(id)).Item1);
    }

    [Fact]
    public async Task Answer_202WithAnotherToken_Completes()
    {
        await using var receiver = new Receiver(Receiver.Answer("202 Accepted", headers: "TaskApi-Lease: other\r\n"));

        var task = await CallOnce(receiver.Url);

        Assert.Equal("""{"connection":"close","content-length":"0"}""", task.GetProperty("result").GetProperty("headers").GetRawText());
    }

    [Fact]
    public async Task Cancel_WhileTheRequestIsUnderWay_AbortsItAtOnce()
    {
        var (arrived, gone) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        await using var receiver = Receiver.Silent(arrived, gone);
        var id = (await Call(receiver.Url)).Id();
        await arrived.Task;

        Assert.Equal("cancelled", (await Delete($"/tasks/{id}")).IsJson(HttpStatusCode.OK).Status());

        await gone.Task;
        Assert.Equal("cancelled", Assert.Single((await Get($"/tasks/{id}/attempts")).IsJson(HttpStatusCode.OK).Items("attempts")).Text("outcome"));
    }

    [Fact]
    public async Task TimeLimit_WhileTheRequestIsUnderWay_CancelsTheTask()
    {
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var receiver = Receiver.Silent(arrived);
        var id = (await Call(receiver.Url, more: ""","timeoutSeconds":20""")).Id();
        await arrived.Task;

        Clock.Advance(Seconds(20));

        Assert.Equal(("cancelled", "timeout"), (await Finished(id) is var task ? task.Status() : "", ErrorOf(task).Item1));
    }

    private static Receiver Later() => new((sent, stream, stopping) =>
        stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(Receiver.Answer("202 Accepted", headers: $"TaskApi-Lease: {sent.Headers["taskapi-lease"]}\r\n")), stopping).AsTask());

    private static async Task<string> TokenOf(Receiver receiver)
    {
        await Until(() => Task.FromResult(!receiver.Requests.IsEmpty));
        return receiver.Requests.First().Headers["taskapi-lease"];
    }

    private static async Task Until(Func<Task<bool>> holds)
    {
        while (!await holds())
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private async Task<JsonElement> Finish(string token, string outcome) =>
        Assert.Single((await Post("/work/finish", $$"""{"outcomes":[{"token":"{{token}}",{{outcome}}}]}""")).IsJson(HttpStatusCode.OK).Items("outcomes"));
}
