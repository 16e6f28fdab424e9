using TaskApi.Engine.Model;

namespace TaskApi.Tests.Sql;

/// <summary>Whose a task is, over restarts: also in files that earlier versions left without the owner with number 0.</summary>
public sealed class OwnersTests
{
    /// <summary>What the versions before 3 made of a file whose first transaction had changed nothing.</summary>
    private const string AsBefore = OlderFile.Version3 + "DELETE FROM owners WHERE id = 0; ALTER TABLE ledger DROP COLUMN lag; ALTER TABLE ledger DROP COLUMN kept; PRAGMA user_version = 2;";

    [Fact]
    public async Task Restart_FirstTransactionChangedNothing_EverybodyHasHisOwnTasksEventsAndCounts()
    {
        using var engine = new SqlFixture().Start();
        await engine.Cancel(Guid.CreateVersion7(), owner: "north");
        var (north, south) = (await engine.Create(10, "northern", owner: "north"), await engine.Create(10, "southern", owner: "south"));

        engine.Restart();

        await AssertOwn(engine, north, south);
    }

    [Fact]
    public async Task Open_FileWithoutTheFirstOwner_IsRepairedAndKeepsItsCounts()
    {
        using var engine = new SqlFixture(static options => options.MaxFinished = 1).Start();
        for (var i = 0; i < 3; i++) await engine.Cancel((await engine.Create(10, owner: "south")).Id, owner: "south");
        var (north, south) = (await engine.Create(10, "northern", owner: "north"), await engine.Create(10, "southern", owner: "south"));
        engine.Stop();
        engine.Execute(AsBefore);

        engine.Start();

        Assert.Equal((4, 3), ((await engine.Stats("south")).Created, (await engine.Stats("south")).Cancelled));
        await AssertOwn(engine, north, south, finishedBefore: 3);
    }

    [Theory]
    // North's completion was counted as south's, and south's as that of nobody, in south's place.
    [InlineData("UPDATE owners SET completed = 0 WHERE name = x'6e6f727468'; UPDATE owners SET created = 0, completed = 1 WHERE name = x'736f757468'")]
    // Nobody's counts in south's place.
    [InlineData("UPDATE owners SET created = 0, completed = 0 WHERE name = x'736f757468'")]
    public async Task Open_FileWithExchangedCounts_CountsBeginWithTheTasksThatAreThere(string damage)
    {
        using var engine = new SqlFixture().Start();
        foreach (var owner in (string[])["north", "south"]) await engine.Create(1, owner: owner);
        engine.Clock.Advance(TimeSpan.FromSeconds(1));
        var (north, south) = (await engine.Create(10, "northern", owner: "north"), await engine.Create(10, "southern", owner: "south"));
        engine.Stop();
        engine.Execute($"{AsBefore} {damage}");

        engine.Start();

        foreach (var owner in (string[])["north", "south"])
        {
            var stats = await engine.Stats(owner);
            Assert.Equal((2, 1, 1), (stats.Created, stats.Completed, stats.Pending));
        }

        await AssertOwn(engine, north, south, finishedBefore: 1);
        Assert.Equal(0, (await engine.Stats()).Created);
    }

    [Fact]
    public async Task Create_AfterTheCreationOfANewOwnerFailed_EverybodyHasHisOwn()
    {
        using var engine = new SqlFixture().Start();
        engine.Database.BreakDisk();
        await engine.Storage.CreateAsync("north", new TaskSpec { Message = "lost", Schedule = new TaskSchedule(10) }, watch: false, CancellationToken.None);
        engine.Database.MendDisk();
        await engine.Cancel(Guid.CreateVersion7(), owner: "south");
        var south = await engine.Create(10, "southern", owner: "south");
        engine.Restart();
        var north = await engine.Create(10, "northern", owner: "north");
        engine.Restart();

        await AssertOwn(engine, north, south);
    }

    private static async Task AssertOwn(SqlFixture engine, TaskSnapshot north, TaskSnapshot south, int finishedBefore = 0)
    {
        var before = ((await engine.Stats("north")).Completed, (await engine.Stats("south")).Completed);
        using var events = engine.Storage.Events.Open(after: null);

        engine.Clock.Advance(TimeSpan.FromSeconds(10));

        var told = new Dictionary<string, string>();
        while (events.TryRead(out var read)) told[read.Event!.Task.Owner] = read.Event.Task.Message;
        Assert.Equal(new Dictionary<string, string> { ["north"] = "northern", ["south"] = "southern" }, told);
        Assert.Equal((before.Item1 + 1, before.Item2 + 1), ((await engine.Stats("north")).Completed, (await engine.Stats("south")).Completed));
        Assert.Equal(0, (await engine.Stats("south")).Pending);
        Assert.Equal(finishedBefore + 1, (await engine.Stats("south")).Created);
        Assert.Null(await engine.Find(north.Id, "south"));
        Assert.Null(await engine.Find(south.Id, "north"));
    }
}
