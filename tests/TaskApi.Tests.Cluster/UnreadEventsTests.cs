using System.Net;
using System.Text;
using System.Text.Json;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests;

/// <summary>What nodes tell each other of creations while nobody reads events, and how it begins again.</summary>
public sealed class UnreadEventsTests : TwoNodes
{
    private readonly string _schema;

    public UnreadEventsTests()
        : this(PostgresServer.Shared.NewSchema())
    {
    }

    private UnreadEventsTests(string schema)
        : base(("ConnectionStrings:Tasks", schema)) => _schema = schema;

    [Fact]
    public async Task Creations_ThatNobodyReadsOf_TakeNoNumbers()
    {
        await Create(One);
        var before = Last();

        var id = (await Create(Other)).Id();
        await Create(One);

        Assert.Equal(before, Last());
        using var cancelled = await One.DeleteAsync(new Uri($"/tasks/{id}", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.OK, before + 1), (cancelled.StatusCode, Last()));
    }

    [Fact]
    public async Task Creations_FromTheFirstReaderOn_AreReadWhicheverNodeTheyAreOn()
    {
        await Create(One);
        await Create(Other);
        using var events = await ReadEvents(One);

        foreach (var node in (HttpClient[])[Other, One, Other])
            Assert.Equal((await Create(node)).Id(), (await events.Event())!.Data.Id());
    }

    [Fact]
    public async Task Creations_UnderWayWhenTheFirstReaderComes_AreReadOrInTheListThatHeReadsNext()
    {
        foreach (var node in (HttpClient[])[One, Other])
        {
            PostgresServer.Execute(_schema, "SELECT setval('events_wanted', 1)");
            var creating = Enumerable.Range(0, 50).Select(_ => Task.Run(() => Create(Other))).ToList();
            using var events = await ReadEvents(node);
            var listed = JsonElement.Parse(await node.GetStringAsync(new Uri("/tasks?limit=1000", UriKind.Relative), TestContext.Current.CancellationToken)).Items("tasks").Select(static task => task.Id()).ToHashSet();
            var created = await Task.WhenAll(creating);
            var last = (await Create(One)).Id();

            var read = new HashSet<string>();
            while (read.Add((await events.Event())!.Data.Id()) && !read.Contains(last))
            {
            }

            Assert.All(created, task => Assert.True(listed.Contains(task.Id()) || read.Contains(task.Id())));
        }
    }

    [Fact]
    public async Task Creations_NotToldOfBecauseNobodyHasReadForLong_AreAGapForWhoResumes()
    {
        string last;
        using (var here = await ReadEvents(One))
        {
            await Create(One);
            last = (await here.Event())!.Id!;
        }

        Api.Clock.Advance(TimeSpan.FromMinutes(11));
        PostgresServer.Execute(_schema, "SELECT setval('events_wanted', 1)");
        await Create(One);
        using var there = await ReadEvents(Other, last);

        Assert.Equal("gap", (await there.Event())!.Name);
        Assert.Equal((await Create(One)).Id(), (await there.Event())!.Data.Id());
    }

    private long Last() => (long)PostgresServer.Ask(_schema, "SELECT last_value FROM event_sequence")!;

    private static async Task<JsonElement> Create(HttpClient node)
    {
        using var json = new StringContent("""{"message":"Hei","delaySeconds":10000}""", Encoding.UTF8, "application/json");
        using var reply = await node.PostAsync(new Uri("/tasks", UriKind.Relative), json, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Accepted, reply.StatusCode);
        return JsonElement.Parse(await reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
