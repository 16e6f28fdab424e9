using Microsoft.Extensions.Options;
using TaskApi.Engine.Memory;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.Tests.Engine;

/// <summary>The bounds of the keys that are kept in memory. (What every storage does with a key: Ports/IdempotencyTests.)</summary>
public sealed class MemoryIdempotencyStoreTests : IDisposable
{
    private readonly EngineFixture _engine = new();
    private readonly IdempotencyOptions _options = new();

    public void Dispose() => _engine.Dispose();

    [Fact]
    public async Task CreateOnce_AsManyKeysAsThereMayBe_IsRefusedUntilTheOldestExpires()
    {
        _options.MaxIdempotencyKeys = 2;
        var store = Store();
        await CreateOnce(store, "a");
        _engine.Clock.Advance(TimeSpan.FromHours(1));
        await CreateOnce(store, "b");

        var refused = await CreateOnce(store, "c");
        Assert.Equal((AnswerStatus.KeysFull, TimeSpan.FromHours(23)), (refused.Status, refused.RetryAfter));
        Assert.True((await CreateOnce(store, "a")).IsRepeat);
        _engine.Clock.Advance(refused.RetryAfter);
        Assert.Equal((AnswerStatus.Ok, false), await Outcome(store, "c"));
        Assert.Equal((AnswerStatus.KeysFull, false), await Outcome(store, "a"));
        Assert.Equal((AnswerStatus.Ok, true), await Outcome(store, "b"));
    }

    [Fact]
    public async Task CreateOnce_AsManyBytesAsThereMayBe_IsRefusedUntilTheOldestExpires()
    {
        _options.MaxIdempotencyBytes = 1 << 20;
        var store = Store();
        var kept = 0;
        for (; (await CreateOnce(store, $"{kept}", watch: true)).Status == AnswerStatus.Ok; kept++)
            await store.KeepAnswerAsync(Digest.Of($"{kept}"), new byte[10_000], CancellationToken.None);

        Assert.InRange(kept, 90, 105);
        _engine.Clock.Advance(TimeSpan.FromHours(24));
        Assert.Equal((AnswerStatus.Ok, false), await Outcome(store, "again"));
    }

    [Fact]
    public async Task CreateOnce_AfterABusyDay_ForgetsALittleAtATime()
    {
        var store = Store();
        for (var i = 0; i < 100; i++)
            await CreateOnce(store, $"{i}");
        _engine.Clock.Advance(TimeSpan.FromHours(24));
        for (var i = 0; i < 50; i++)
        {
            var before = store.Count;
            await CreateOnce(store, $"new {i}");
            Assert.InRange(before - store.Count, -1, 10);
        }

        Assert.Equal(50, store.Count);
    }

    [Fact]
    public async Task CreateOnce_ExpiredButNotYetForgotten_IsANewCall()
    {
        var store = Store();
        for (var i = 0; i < 20; i++)
            await CreateOnce(store, $"{i}");
        _engine.Clock.Advance(TimeSpan.FromHours(24));
        Assert.Equal((AnswerStatus.Ok, false), await Outcome(store, "19"));
    }

    [Fact]
    public async Task CreateOnce_AnsweredAfterItsWait_GivesItsRoomBackOnce()
    {
        _options.MaxIdempotencyKeys = 1;
        var store = Store();
        await CreateOnce(store, "a", watch: true);
        await store.KeepAnswerAsync(Digest.Of("a"), [1], CancellationToken.None);
        _engine.Clock.Advance(TimeSpan.FromHours(24));
        await CreateOnce(store, "b");
        // The time that "a" would have had, if it had not been answered.
        _engine.Clock.Advance(TimeSpan.FromSeconds(300));

        Assert.Equal((AnswerStatus.KeysFull, false), await Outcome(store, "c"));
        Assert.Equal(1, store.Count);
    }

    [Fact]
    public async Task CreateOnce_GivenUpBefore_CreatesAndKeepsNothing()
    {
        var store = Store();
        await Assert.ThrowsAsync<OperationCanceledException>(async () =>
            await store.CreateOnceAsync("", new IdempotencyKey(Digest.Of("a"), default), [Spec], watch: false, new CancellationToken(canceled: true)));
        Assert.Equal((0, 0L), (store.Count, (await _engine.Storage.GetStatsAsync("", CancellationToken.None)).Created));
    }

    private static TaskSpec Spec => new() { Message = "m", Schedule = new TaskSchedule(10) };

    private static async Task<CreateOnceAnswer> CreateOnce(MemoryIdempotencyStore store, string key, bool watch = false) =>
        await store.CreateOnceAsync("", new IdempotencyKey(Digest.Of(key), Digest.Of("body")), [Spec], watch, CancellationToken.None);

    private static async Task<(AnswerStatus Status, bool IsRepeat)> Outcome(MemoryIdempotencyStore store, string key)
    {
        var answer = await CreateOnce(store, key);
        return (answer.Status, answer.IsRepeat);
    }

    private MemoryIdempotencyStore Store() => new(Options.Create(_options), Options.Create(new TaskOptions()), _engine.Storage, _engine.Clock);
}
