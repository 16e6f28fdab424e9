using System.Net;
using TaskApi.Storage.GroupCommit;
using TaskApi.Storage.Postgres;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests;

/// <summary>A node that others have taken for dead, as one is that was suspended for too long, and that goes on.</summary>
public sealed class ForgottenNodeTests : TwoNodes
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(25);

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Acquire_HeldOnANodeThatWasTakenForDead_WakesForATaskThatTheOtherCreates()
    {
        var nodes = Array.ConvertAll(OfNodes<DatabaseAccess>(), static access => (PostgresStorage)access.Storage);
        await Until(() => Task.FromResult(nodes[0].HasOthers && nodes[1].Own.Id > 0));
        var acquiring = Reply.Send(Other, HttpMethod.Post, "/work/acquire", """{"worker":"w","queues":["resize"],"waitSeconds":60}""");
        await Api.Clock.TimerArmed(TimeSpan.FromSeconds(60));

        var dead = nodes[1].Own.Id;
        PostgresServer.Execute(Database, $"DELETE FROM beats WHERE id = {dead}");
        // It notices, and is either one of the nodes again or one of which nobody knows.
        await Until(() => Task.FromResult(nodes[1].Own.Id is var id && id != dead && (id > 0 || !nodes[0].HasOthers)));
        var created = (await Reply.Send(One, HttpMethod.Post, "/tasks", """{"type":"resize"}""")).IsJson(HttpStatusCode.Accepted).Id();

        // Far less than it takes until all nodes look whatever they know.
        Assert.Equal(created, Assert.Single((await acquiring.WaitAsync(_patience, Ended)).IsJson(HttpStatusCode.OK).Items("tasks")).Id());
    }

    [Fact]
    public async Task Attempt_OfWhoseEndANodeWasNotTold_IsForgottenWhenItGoesOn()
    {
        var node = (PostgresStorage)OfNodes<DatabaseAccess>()[1].Storage;
        await Until(() => Task.FromResult(node is { Own.Id: > 0, Signals: not null }));
        node.Signals!.Running.Note(1_000_000, new RunningAttempt(1, "", "w", Holder: null));

        PostgresServer.Execute(Database, $"DELETE FROM beats WHERE id = {node.Own.Id}");

        await Until(() => Task.FromResult(node.Signals.Running.Count == 0));
    }
}
