using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TaskApi.AspNetCore.Http.Limits;
using TaskApi.AspNetCore.Idempotency;
using TaskApi.Engine.Model;
using TaskApi.Tests.Engine;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Web;

public sealed class IdempotencyStoreTests : IDisposable
{
    private static readonly Digest _body = Digest.Of("body");
    private readonly EngineFixture _engine = new();
    private readonly ManualTimeProvider _clock = new();

    public void Dispose() => _engine.Dispose();

    [Fact]
    public async Task Claim_WhileAnotherRuns_IsWorthRepeatingWhenThatIsReleased()
    {
        var store = Store();
        var first = await Claim(store, "a");
        var second = await Claim(store, "a");
        Assert.Equal((ClaimStatus.Granted, ClaimStatus.Running), (first.Status, second.Status));
        Assert.False(second.Idle!.IsCompleted);

        store.Release(first.Call!);
        await second.Idle;
        Assert.Equal(ClaimStatus.Granted, (await Claim(store, "a")).Status);
        Assert.Equal(1, store.Count);
    }

    [Fact]
    public async Task Claim_WhileAnotherRuns_FindsItsAnswer()
    {
        var store = Store();
        var first = await Claim(store, "a");
        var second = await Claim(store, "a");
        await store.KeepAsync(first.Call!, Answer(10));
        await second.Idle!;
        var third = await Claim(store, "a");
        Assert.Equal(ClaimStatus.Answered, third.Status);
        Assert.NotNull(third.Call!.Answer);
    }

    [Fact]
    public async Task Claim_AnotherBodyWhileOneRuns_IsReused()
    {
        var store = Store();
        await Claim(store, "a");
        Assert.Equal(ClaimStatus.Reused, (await store.ClaimAsync(Digest.Of("a"), Digest.Of("other"), CancellationToken.None)).Status);
    }

    [Fact]
    public async Task Claim_AsManyKeysAsThereMayBe_IsRefusedUntilTheOldestExpires()
    {
        var store = Store(options => options.MaxIdempotencyKeys = 2);
        await Keep(store, "a", 10);
        _clock.Advance(TimeSpan.FromHours(1));
        await Keep(store, "b", 10);

        var refused = await Claim(store, "c");
        Assert.Equal((ClaimStatus.Full, TimeSpan.FromHours(23)), (refused.Status, refused.RetryAfter));
        Assert.Equal(ClaimStatus.Answered, (await Claim(store, "a")).Status);
        _clock.Advance(refused.RetryAfter);
        Assert.Equal(ClaimStatus.Granted, (await Claim(store, "c")).Status);
        Assert.Equal(ClaimStatus.Full, (await Claim(store, "a")).Status);
    }

    [Fact]
    public async Task Claim_AsManyBytesAsThereMayBe_IsRefusedUntilTheOldestExpires()
    {
        var store = Store(options => options.MaxIdempotencyBytes = 1 << 20);
        var kept = 0;
        for (; (await Claim(store, $"{kept}")) is { Status: ClaimStatus.Granted, Call: { } call }; kept++)
            await store.KeepAsync(call, Answer(10_000));
        Assert.InRange(kept, 90, 105);
        _clock.Advance(TimeSpan.FromHours(24));
        Assert.Equal(ClaimStatus.Granted, (await Claim(store, "again")).Status);
    }

    [Fact]
    public async Task Claim_AfterABusyDay_ForgetsALittleAtATime()
    {
        var store = Store();
        for (var i = 0; i < 100; i++)
            await Keep(store, $"{i}", 10);
        _clock.Advance(TimeSpan.FromHours(24));
        for (var i = 0; i < 50; i++)
        {
            var before = store.Count;
            await Keep(store, $"new {i}", 10);
            Assert.InRange(before - store.Count, -1, 10);
        }

        Assert.Equal(50, store.Count);
    }

    [Fact]
    public async Task Claim_ExpiredButNotYetForgotten_IsANewCall()
    {
        var store = Store();
        for (var i = 0; i < 20; i++)
            await Keep(store, $"{i}", 10);
        _clock.Advance(TimeSpan.FromHours(24));
        Assert.Equal(ClaimStatus.Granted, (await Claim(store, "19")).Status);
    }

    [Fact]
    public async Task Claim_GivenUpBefore_ClaimsNothing()
    {
        var store = Store();
        await Assert.ThrowsAsync<OperationCanceledException>(async () => await store.ClaimAsync(Digest.Of("a"), _body, new CancellationToken(canceled: true)));
        Assert.Equal(0, store.Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(1_000_000)]
    public async Task Answer_OfAnyLength_IsReplayedByteForByte(int length)
    {
        var random = new Random(1);
        var body = new byte[length];
        random.NextBytes(body.AsSpan(0, length / 2));
        var context = new DefaultHttpContext();
        context.Response.StatusCode = 202;
        context.Response.Headers.Location = "/tasks/1";
        context.Response.ContentType = "application/json; charset=utf-8";
        var answer = new IdempotentAnswer(context.Response.StatusCode, context.Response.Headers, body);

        using var services = new ServiceCollection().AddSingleton(new CallMemory(Options.Create(new LimitOptions()))).BuildServiceProvider();
        var again = new DefaultHttpContext { RequestServices = services };
        using var replayed = new MemoryStream();
        again.Response.Body = replayed;
        await IdempotentAnswer.Read(answer.ToBytes()).ReplayAsync(again);

        Assert.Equal(202, again.Response.StatusCode);
        Assert.Equal("/tasks/1", again.Response.Headers.Location);
        Assert.Equal("application/json; charset=utf-8", again.Response.ContentType);
        Assert.Equal("true", again.Response.Headers["Idempotency-Replayed"]);
        Assert.Equal(length, again.Response.ContentLength);
        Assert.Equal(body, replayed.ToArray());
        Assert.True(length < 1000 || answer.Bytes < 0.6 * length, "Half of the body is nothing but zeros.");
    }

    private static async Task<Claim> Claim(IdempotencyStore store, string key) => await store.ClaimAsync(Digest.Of(key), _body, CancellationToken.None);

    private static async Task Keep(IdempotencyStore store, string key, int length) => await store.KeepAsync((await Claim(store, key)).Call!, Answer(length));

    private static IdempotentAnswer Answer(int length) => new(200, [], new byte[length]);

    private IdempotencyStore Store(Action<IdempotencyOptions>? configure = null)
    {
        var options = new IdempotencyOptions { MaxIdempotencyBytes = 1 << 30 };
        configure?.Invoke(options);
        return new IdempotencyStore(Options.Create(options), _engine.Storage, _clock);
    }
}
