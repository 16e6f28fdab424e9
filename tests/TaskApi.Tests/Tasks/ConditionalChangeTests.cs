using System.Net;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Tasks;

/// <summary>Changes on the condition that the task still is as the client has seen it (RFC 9110, section 13).</summary>
public sealed class ConditionalChangeTests : EndpointTests
{
    private const string NeverSeen = "\"7-pending\"";

    [Theory]
    [InlineData("TAG")]
    [InlineData("*")]
    [InlineData("\"x\", TAG")]
    public async Task Change_OfATaskAsItWasSeen_IsMade(string ifMatch)
    {
        var (id, tag) = await CreateTagged();
        var rescheduled = await Reschedule(id, ifMatch.Replace("TAG", tag, StringComparison.Ordinal));
        Assert.Equal(60, rescheduled.IsJson(HttpStatusCode.OK).Number("delaySeconds"));

        var next = rescheduled.Header("ETag")!;
        Assert.NotEqual(tag, next);
        Assert.Equal(next, (await Get($"/tasks/{id}")).Header("ETag"));
        var cancelled = await Cancel(id, ifMatch.Replace("TAG", next, StringComparison.Ordinal));
        Assert.Equal("cancelled", cancelled.IsJson(HttpStatusCode.OK).Status());
        Assert.Equal((await Get($"/tasks/{id}")).Header("ETag"), cancelled.Header("ETag"));
    }

    [Theory]
    [InlineData(NeverSeen)]
    [InlineData("W/TAG")]
    [InlineData("W/TAG, " + NeverSeen)]
    public async Task Change_OfATaskThatIsAnotherByNow_ChangesNothing(string ifMatch)
    {
        var (id, tag) = await CreateTagged();
        var before = (await Look(id)).ToString();

        (await Reschedule(id, ifMatch.Replace("TAG", tag, StringComparison.Ordinal))).IsProblem(HttpStatusCode.PreconditionFailed, "precondition-failed");
        (await Cancel(id, ifMatch.Replace("TAG", tag, StringComparison.Ordinal))).IsProblem(HttpStatusCode.PreconditionFailed, "precondition-failed");

        Assert.Equal(before, (await Look(id)).ToString());
    }

    [Fact]
    public async Task Change_AfterAnotherChange_IsRefused()
    {
        var (id, tag) = await CreateTagged();
        (await Reschedule(id, tag)).Is(HttpStatusCode.OK);

        (await Reschedule(id, tag)).IsProblem(HttpStatusCode.PreconditionFailed);
        (await Cancel(id, tag)).IsProblem(HttpStatusCode.PreconditionFailed);
        // Cancelled since: it isn't what was seen, though there is nothing left to do.
        (await Delete($"/tasks/{id}")).Is(HttpStatusCode.OK);
        (await Cancel(id, tag)).IsProblem(HttpStatusCode.PreconditionFailed);
    }

    [Fact]
    public async Task Change_ByManyAtOnceWhoHaveSeenTheSame_IsMadeOnce()
    {
        var (id, tag) = await CreateTagged();

        var replies = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Reschedule(id, tag)));

        Assert.Single(replies, static reply => reply.Status == HttpStatusCode.OK);
        Assert.Equal(15, replies.Count(static reply => reply.Status == HttpStatusCode.PreconditionFailed));
    }

    [Theory]
    [InlineData("If-None-Match", "*", false)]
    [InlineData("If-None-Match", "W/TAG", false)]
    [InlineData("If-None-Match", NeverSeen, true)]
    public async Task Change_UnlessATaskIsAsItWasSeen_IsMadeOrNot(string header, string value, bool isMade)
    {
        var (id, tag) = await CreateTagged();

        var reply = await Send(HttpMethod.Delete, $"/tasks/{id}", null, (header, value.Replace("TAG", tag, StringComparison.Ordinal)));

        reply.Is(isMade ? HttpStatusCode.OK : HttpStatusCode.PreconditionFailed);
        Assert.Equal(isMade ? "cancelled" : "pending", (await Look(id)).Status());
    }

    [Theory]
    [InlineData("If-Match", "0-pending")]
    [InlineData("If-Match", "\"0-pending")]
    [InlineData("If-Match", "*, \"0-pending\"")]
    [InlineData("If-Match", "\"0-pending\" \"1-pending\"")]
    [InlineData("If-None-Match", "0-pending")]
    public async Task Change_OnAConditionThatCantBeRead_IsRefused(string header, string value)
    {
        var id = await Create(10);

        (await Send(HttpMethod.Delete, $"/tasks/{id}", null, (header, value))).IsInvalid(header);
        (await Send(HttpMethod.Patch, $"/tasks/{id}", Content("""{"delaySeconds":60}"""), (header, value))).IsInvalid(header);

        Assert.Equal("\"0-pending\"", (await Get($"/tasks/{id}")).Header("ETag"));
    }

    [Fact]
    public async Task Change_RefusedAnyway_IsRefusedForThat()
    {
        (await Cancel(Guid.NewGuid().ToString(), "*")).IsProblem(HttpStatusCode.NotFound, "task-not-found");
        var id = await Create(0);
        await Finished(id);

        (await Cancel(id, NeverSeen)).IsProblem(HttpStatusCode.Conflict, "task-already-finished");
        (await Reschedule(id, NeverSeen)).IsProblem(HttpStatusCode.Conflict, "task-already-finished");
    }

    private async Task<(string Id, string Tag)> CreateTagged()
    {
        var id = await Create(10);
        return (id, (await Get($"/tasks/{id}")).Header("ETag")!);
    }

    private Task<Reply> Reschedule(string id, string ifMatch) => Send(HttpMethod.Patch, $"/tasks/{id}", Content("""{"delaySeconds":60}"""), ("If-Match", ifMatch));

    private Task<Reply> Cancel(string id, string ifMatch) => Send(HttpMethod.Delete, $"/tasks/{id}", null, ("If-Match", ifMatch));
}
