using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Tests.Work;

namespace TaskApi.Tests.Sql;

/// <summary>Calls with a key, kept with the tasks they created. (Over HTTP: Web/IdempotencyTests, and <see cref="CrashTests"/>.)</summary>
public sealed class IdempotencyOnDiskTests
{
    private static readonly IdempotencyKey _key = Key("key");
    private static readonly TaskSpec[] _tasks = [
        new() { Message = "Hei 日本", Schedule = new TaskSchedule(0.0701), Name = "a name", Group = "g" },
        new() { Message = "past", Schedule = new TaskSchedule(0, DateTimeOffset.UnixEpoch.AddTicks(12345)) },
        new() { Message = "later", Schedule = new TaskSchedule(31_536_000), TimeoutSeconds = 1 }];

    [Fact]
    public async Task CreateOnce_AgainAfterARestart_AnswersTheTasksAsTheyWereAndCreatesNothing()
    {
        using var engine = new SqlFixture().Start();
        var first = await CreateOnce(engine, owner: "somebody");
        engine.Clock.Advance(TimeSpan.FromSeconds(1));

        engine.Restart();

        var again = await CreateOnce(engine, owner: "somebody");
        Assert.Equal((AnswerStatus.Ok, true, false), (again.Status, again.IsRepeat, again.Waits));
        foreach (var (before, after) in first.Tasks.Zip(again.Tasks))
            Assert.Equal(Fields(before.Task), Fields(after.Task));
        Assert.Equal(3, (await engine.Stats("somebody")).Created);
        Assert.Equal(TaskState.Completed, (await engine.Find(first.Tasks[0].Task.Id, "somebody"))!.State);
    }

    // As the versions kept it that knew no answers of triggers.
    [Fact]
    public async Task CreateOnce_KeptWithoutAnAnswerOfATaskThatWouldHaveATokenNow_AnswersWithoutOne()
    {
        using var engine = new SqlFixture().Start();
        var first = await engine.Idempotency.CreateOnceAsync("", _key, [new TaskSpec { Message = "Hei", Schedule = new TaskSchedule(1) }], watch: false, CancellationToken.None);
        var shown = new List<TaskSnapshot>();

        var again = await engine.Idempotency.CreateOnceAsync("", _key, WorkFixture.Spec(type: "future"), Show, CancellationToken.None);

        Assert.Equal((AnswerStatus.Ok, true), (again.Answer.Status, again.IsRepeat));
        Assert.Equal(first.Tasks[0].Task.Id, Assert.Single(shown).Id);
        Assert.Null(shown[0].Work!.Lease);

        byte[] Show(TaskSnapshot task)
        {
            shown.Add(task);
            return [1];
        }
    }

    [Fact]
    public async Task CreateOnce_AnotherBody_IsRefusedAlsoAfterARestart()
    {
        using var engine = new SqlFixture().Start();
        await CreateOnce(engine);
        var other = _key with { Body = Digest.Of("other") };
        Assert.Equal(AnswerStatus.KeyReused, (await CreateOnce(engine, other)).Status);

        engine.Restart();

        Assert.Equal(AnswerStatus.KeyReused, (await CreateOnce(engine, other)).Status);
        Assert.Equal(3, (await engine.Stats()).Created);
    }

    [Fact]
    public async Task CreateOnce_WhenNoMoreIsTaken_StillAnswersWhatWasCreated()
    {
        using var engine = new SqlFixture(static options => options.MaxPending = 3).Start();
        var first = await CreateOnce(engine);
        Assert.Equal(AnswerStatus.CapacityReached, (await CreateOnce(engine, Key("other"))).Status);
        await engine.Storage.DrainAsync(TimeSpan.Zero, CancellationToken.None);

        Assert.Equal(first.Tasks[0].Task.Id, (await CreateOnce(engine)).Tasks[0].Task.Id);
        Assert.Equal(AnswerStatus.ShuttingDown, (await CreateOnce(engine, Key("other"))).Status);
    }

    [Fact]
    public async Task CreateOnce_BrokenDisk_KeepsNeitherTasksNorCall()
    {
        using var engine = new SqlFixture().Start();
        engine.Database.BreakDisk();
        Assert.Equal(AnswerStatus.StorageUnavailable, (await CreateOnce(engine)).Status);
        Assert.Null(await engine.Idempotency.FindAsync(_key.Call, CancellationToken.None));
        engine.Database.MendDisk();

        Assert.False((await CreateOnce(engine)).IsRepeat);
        Assert.Equal(3, (await engine.Stats()).Created);
    }

    [Fact]
    public async Task CreateOnce_AfterTheRetention_IsANewCall()
    {
        using var engine = new SqlFixture().Start();
        await CreateOnce(engine);
        engine.Clock.Advance(TimeSpan.FromHours(24) - TimeSpan.FromMilliseconds(1));
        Assert.True((await CreateOnce(engine)).IsRepeat);

        engine.Stop();
        engine.Clock.Advance(TimeSpan.FromMilliseconds(1));
        engine.Start();

        Assert.Null(await engine.Idempotency.FindAsync(_key.Call, CancellationToken.None));
        Assert.False((await CreateOnce(engine)).IsRepeat);
    }

    [Fact]
    public async Task CreateOnce_AsManyKeysAsThereMayBe_IsRefusedUntilTheOldestExpires()
    {
        using var engine = new SqlFixture();
        engine.KeyOptions.MaxIdempotencyKeys = 2;
        engine.Start();
        await CreateOnce(engine, Key("a"));
        engine.Clock.Advance(TimeSpan.FromHours(1));
        await CreateOnce(engine, Key("b"));

        engine.Restart();

        Assert.Equal(AnswerStatus.KeysFull, (await CreateOnce(engine, Key("c"))).Status);
        Assert.True((await CreateOnce(engine, Key("a"))).IsRepeat);
        engine.Clock.Advance(TimeSpan.FromHours(23));
        Assert.False((await CreateOnce(engine, Key("c"))).IsRepeat);
        Assert.Equal(AnswerStatus.KeysFull, (await CreateOnce(engine, Key("a"))).Status);
        Assert.True((await CreateOnce(engine, Key("b"))).IsRepeat);
    }

    [Fact]
    public async Task CreateOnce_AfterTheRetention_NothingIsLeftInTheFile()
    {
        using var engine = new SqlFixture().Start();
        for (var i = 0; i < 1200; i++) await CreateOnce(engine, Key($"{i}"));

        engine.Clock.Advance(TimeSpan.FromHours(24));
        await engine.Create(1);

        Assert.Equal((0L, 0L), (Count(engine, "SELECT count(*) FROM calls"), Count(engine, "SELECT calls FROM ledger")));
    }

    [Fact]
    public async Task KeepAnswer_OfACallThatWaited_IsKeptOnceAndFromThenOnForTheRetention()
    {
        using var engine = new SqlFixture().Start();
        var first = await CreateOnce(engine, watch: true);
        Assert.True(first is { Waits: true, Tasks: [{ Completion: not null }, ..] });
        Assert.Equal(new IdempotencyRecord(_key.Body, Waits: true, Answer: null), await engine.Idempotency.FindAsync(_key.Call, CancellationToken.None));

        engine.Clock.Advance(TimeSpan.FromSeconds(200));
        Assert.Equal([1, 2], await engine.Idempotency.KeepAnswerAsync(_key.Call, [1, 2], CancellationToken.None));
        Assert.Equal([1, 2], await engine.Idempotency.KeepAnswerAsync(_key.Call, [3], CancellationToken.None));

        engine.Stop();
        engine.Clock.Advance(TimeSpan.FromHours(24) - TimeSpan.FromMilliseconds(1));
        engine.Start();
        Assert.Equal([1, 2], (await engine.Idempotency.FindAsync(_key.Call, CancellationToken.None))!.Answer);
        engine.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null(await engine.Idempotency.FindAsync(_key.Call, CancellationToken.None));
    }

    [Fact]
    public async Task CreateOnce_CallThatWaits_IsKeptAtLeastForItsWait()
    {
        using var engine = new SqlFixture();
        engine.KeyOptions.IdempotencyRetention = TimeSpan.FromSeconds(1);
        engine.Start();
        await CreateOnce(engine, watch: true);

        engine.Clock.Advance(TimeSpan.FromSeconds(300));

        Assert.True((await CreateOnce(engine, watch: true)).IsRepeat);
    }

    [Fact]
    public async Task Open_FileOfVersion1_IsBroughtUpToDateAndKeepsItsTasks()
    {
        using var engine = new SqlFixture().Start();
        var task = await engine.Create(10, owner: "somebody");
        engine.Stop();
        engine.Execute(OlderFile.Version3 + "DROP TABLE calls; ALTER TABLE ledger DROP COLUMN calls; ALTER TABLE ledger DROP COLUMN lag; ALTER TABLE ledger DROP COLUMN kept; PRAGMA user_version = 1");

        engine.Start();

        Assert.Equal(Fields(task), Fields((await engine.Find(task.Id, "somebody"))!));
        await CreateOnce(engine);
        engine.Restart();
        Assert.True((await CreateOnce(engine)).IsRepeat);
        Assert.Equal(9, Count(engine, "PRAGMA user_version"));
    }

    private static IdempotencyKey Key(string key) => new(Digest.Of(key), Digest.Of("body"));

    private static async Task<CreateOnceAnswer> CreateOnce(SqlFixture engine, IdempotencyKey? key = null, string owner = "", bool watch = false) =>
        await engine.Idempotency.CreateOnceAsync(owner, key ?? _key, _tasks, watch, CancellationToken.None);

    private static object Fields(TaskSnapshot task) => (
        (task.Id, task.Owner, task.Name, task.Group, task.Message, task.DelaySeconds, task.State), (task.CreatedAt, task.DueAt, task.FinishedAt, task.Result, task.Error, task.Version));

    private static long Count(SqlFixture engine, string text)
    {
        using var connection = engine.Connect();
        using var command = connection.CreateCommand();
        command.CommandText = text;
        return (long)command.ExecuteScalar()!;
    }
}
