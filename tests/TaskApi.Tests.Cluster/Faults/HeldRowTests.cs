using System.Net;
using Npgsql;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Faults;

/// <summary>What another session holds for long, as a node does that is suspended in the midst of a transaction: what concerns it is refused, and everything else goes on.</summary>
public sealed class HeldRowTests : TwoNodes
{
    private const int Others = 200;

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Task_ThatIsHeld_IsRefusedAlone()
    {
        var id = (await Reply.Send(One, HttpMethod.Post, "/tasks", """{"message":"Hei","delaySeconds":600}""")).IsJson(HttpStatusCode.Accepted).Id();

        await IsRefusedAlone("SELECT 1 FROM all_tasks FOR UPDATE", () => Reply.Send(One, HttpMethod.Delete, $"/tasks/{id}"));
    }

    [Fact]
    public async Task Heartbeat_OfAWorkerWhoseIsHeld_IsRefusedAlone()
    {
        (await Reply.Send(One, HttpMethod.Post, "/tasks", """{"type":"resize"}""")).Is(HttpStatusCode.Accepted);
        var leased = Assert.Single((await Reply.Send(One, HttpMethod.Post, "/work/acquire", """{"worker":"w","queues":["resize"]}""")).IsJson(HttpStatusCode.OK).Items("tasks"));
        var beat = $$"""{"worker":"w","leases":[{"token":"{{leased.GetProperty("lease").Text("token")}}"}]}""";
        (await Reply.Send(One, HttpMethod.Post, "/work/heartbeat", beat)).Is(HttpStatusCode.OK);

        await IsRefusedAlone("SELECT 1 FROM beats WHERE owner IS NOT NULL FOR UPDATE", () => Reply.Send(One, HttpMethod.Post, "/work/heartbeat", beat));
    }

    // Who holds it can't be seen.
    [Fact]
    public async Task Schedule_ThatIsHeld_IsRefusedAlone()
    {
        Task<Reply> Put() => Reply.Send(One, HttpMethod.Put, "/schedules/s", """{"everySeconds":3600,"task":{"message":"Hei"}}""");
        (await Put()).Is(HttpStatusCode.Created);

        await IsRefusedAlone("SELECT 1 FROM schedules FOR UPDATE", Put);
    }

    // Twice: when it is met, and while it is known of.
    private async Task IsRefusedAlone(string hold, Func<Task<Reply>> call)
    {
        await using (var holder = new NpgsqlConnection(Database))
        {
            await holder.OpenAsync(Ended);
            await using var begin = new NpgsqlCommand($"BEGIN; {hold}", holder);
            await begin.ExecuteNonQueryAsync(Ended);
            for (var round = 0; round < 2; round++)
            {
                // In the midst of the others, with which it shares a transaction.
                var calls = Enumerable.Range(0, Others).Select(place => place == Others / 2 ? call() : Reply.Send(One, HttpMethod.Post, "/tasks", """{"message":"Hei","delaySeconds":600}""")).ToArray();
                var replies = await Task.WhenAll(calls);
                replies[Others / 2].IsProblem(HttpStatusCode.ServiceUnavailable, "storage-unavailable");
                Assert.All(replies.Where(static (_, place) => place != Others / 2), static reply => reply.Is(HttpStatusCode.Accepted));
            }
        }

        (await call()).Is(HttpStatusCode.OK);
    }
}
