using Microsoft.Extensions.Options;
using TaskApi.AspNetCore.Idempotency;
using TaskApi.Engine.Memory;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Tests.Engine;

namespace TaskApi.Tests.Web;

/// <summary>Who may make a call with a key, and who waits.</summary>
public sealed class IdempotencyAttemptsTests : IDisposable
{
    private static readonly IdempotencyKey _key = Key("a");
    private readonly EngineFixture _engine = new();
    private readonly IdempotencyOptions _options = new();
    private readonly MemoryIdempotencyStore _store;
    private readonly IdempotencyAttempts _attempts;

    public IdempotencyAttemptsTests()
    {
        _options.MaxIdempotencyKeys = 2;
        _store = new MemoryIdempotencyStore(Options.Create(_options), Options.Create(new TaskOptions()), _engine.Storage, _engine.Clock);
        _attempts = new IdempotencyAttempts(Options.Create(_options), _store);
    }

    public void Dispose() => _engine.Dispose();

    [Fact]
    public async Task Claim_WhileAnotherRuns_IsWorthRepeatingWhenThatIsReleased()
    {
        var first = await Claim();
        var second = await Claim();
        Assert.Equal((ClaimStatus.Granted, ClaimStatus.Running), (first.Status, second.Status));
        Assert.False(second.Ended!.IsCompleted);

        _attempts.Release(first.Attempt!);
        await second.Ended;
        Assert.Equal(ClaimStatus.Granted, (await Claim()).Status);
        Assert.Equal(1, _attempts.Count);
    }

    [Fact]
    public async Task Claim_WhileAnotherRuns_FindsItsAnswer()
    {
        var first = await Claim();
        var second = await Claim();
        first.Attempt!.Waits = (await CreateOnce(watch: true)).Waits;
        var answer = Answer();
        Assert.Same(answer, await _attempts.KeepAsync(first.Attempt, answer));

        await second.Ended!;
        var third = await Claim();
        Assert.Equal((ClaimStatus.Answered, answer.Bytes), (third.Status, third.Answer!.Bytes));
        Assert.Equal(0, _attempts.Count);
    }

    [Fact]
    public async Task Claim_OfACallThatDidNotWait_IsGrantedAgainToAnswerTheTasksAsTheyWere()
    {
        var first = await Claim();
        var created = await CreateOnce(watch: false);
        await _attempts.KeepAsync(first.Attempt!, Answer());

        Assert.Equal(ClaimStatus.Granted, (await Claim()).Status);
        Assert.Equal(created.Tasks[0].Task.Id, (await CreateOnce(watch: false)).Tasks[0].Task.Id);
    }

    [Fact]
    public async Task Keep_OfACallThatAnotherProcessHasAnswered_GivesThatAnswer()
    {
        var claim = await Claim();
        claim.Attempt!.Waits = (await CreateOnce(watch: true)).Waits;
        var first = Answer(length: 3);
        await _store.KeepAnswerAsync(_key.Call, first.ToBytes(), CancellationToken.None);

        Assert.Equal(first.Bytes, (await _attempts.KeepAsync(claim.Attempt, Answer(length: 7))).Bytes);
    }

    [Fact]
    public async Task Claim_AnotherBodyWhileOneRuns_IsReused()
    {
        await Claim();
        Assert.Equal(ClaimStatus.Reused, (await Claim(_key with { Body = Digest.Of("other") })).Status);
    }

    // Only then is it known whether the first call is another's repeat.
    [Fact]
    public async Task Claim_AnotherBodyBeforeTheFirstIsKnownToBeNew_WaitsForThatAlone()
    {
        var slow = new SlowStore();
        var attempts = new IdempotencyAttempts(Options.Create(_options), slow);
        var first = attempts.ClaimAsync(_key, CancellationToken.None);
        var other = _key with { Body = Digest.Of("other") };
        var second = await attempts.ClaimAsync(other, CancellationToken.None);
        Assert.Equal(ClaimStatus.Running, second.Status);

        slow.Found.SetResult(null);
        Assert.Equal(ClaimStatus.Granted, (await first).Status);

        await second.Ended!.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal(ClaimStatus.Reused, (await attempts.ClaimAsync(other, CancellationToken.None)).Status);
    }

    [Fact]
    public async Task Claim_AnotherBodyThanIsKept_IsReused()
    {
        var first = await Claim();
        await CreateOnce(watch: false);
        _attempts.Release(first.Attempt!);

        Assert.Equal(ClaimStatus.Reused, (await Claim(_key with { Body = Digest.Of("other") })).Status);
        Assert.Equal(0, _attempts.Count);
    }

    [Fact]
    public async Task Claim_AsManyUnderWayAsThereMayBe_IsRefusedUntilOneEnds()
    {
        var first = await Claim();
        await Claim(Key("b"));
        Assert.Equal(ClaimStatus.Full, (await Claim(Key("c"))).Status);

        _attempts.Release(first.Attempt!);
        Assert.Equal(ClaimStatus.Granted, (await Claim(Key("c"))).Status);
    }

    [Fact]
    public async Task Claim_GivenUpBefore_ClaimsNothing()
    {
        await Assert.ThrowsAsync<OperationCanceledException>(async () => await _attempts.ClaimAsync(_key, new CancellationToken(canceled: true)));
        Assert.Equal(0, _attempts.Count);
    }

    private static IdempotencyKey Key(string key) => new(Digest.Of(key), Digest.Of("body"));

    private static IdempotentAnswer Answer(int length = 10) => new(200, [], new byte[length]);

    private async Task<Claim> Claim(IdempotencyKey? key = null) => await _attempts.ClaimAsync(key ?? _key, CancellationToken.None);

    private async Task<CreateOnceAnswer> CreateOnce(bool watch) =>
        await _store.CreateOnceAsync("", _key, [new TaskSpec { Message = "m", Schedule = new TaskSchedule(10) }], watch, CancellationToken.None);

    /// <summary>A store that takes its time to say what is kept.</summary>
    private sealed class SlowStore : IIdempotencyStore
    {
        public TaskCompletionSource<IdempotencyRecord?> Found { get; } = new();

        public async ValueTask<IdempotencyRecord?> FindAsync(Digest call, CancellationToken cancellationToken) => await Found.Task;

        public ValueTask<CreateOnceAnswer> CreateOnceAsync(string owner, IdempotencyKey key, IReadOnlyList<TaskSpec> tasks, bool watch, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<OnceAnswer> CreateOnceAsync(string owner, IdempotencyKey key, TaskSpec task, Func<TaskSnapshot, byte[]> answer, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<OnceAnswer> RerunOnceAsync(string owner, IdempotencyKey key, Guid id, Func<TaskSnapshot, byte[]> answer, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<OnceAnswer> RerunManyOnceAsync(string owner, IdempotencyKey key, RerunQuery query, Func<long, byte[]> answer, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<byte[]> KeepAnswerAsync(Digest call, byte[] answer, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
