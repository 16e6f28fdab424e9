using Microsoft.Extensions.DependencyInjection;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Programs;

/// <summary>A program that blocks its thread between two calls, as it shouldn't: that is its own affair.</summary>
public sealed class BlockingProgramTests : EndpointTests
{
    private const int Rounds = 20;
    private const int Calls = 64;

    // Real time, and far more than it ever takes.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    // Many of them are on disk by one commit, and are answered one after the other.
    [Fact]
    public async Task Wait_ForOtherCallsAfterOne_HoldsUpNoneOfThem()
    {
        var tasks = Api.Services.GetRequiredService<ITasks>();

        // Away from the test's own context, in which nothing would be gone on with at once.
        for (var round = 0; round < Rounds; round++) Assert.True(await Task.Run(() => Block(tasks), TestContext.Current.CancellationToken));
    }

    private static async Task<bool> Block(ITasks tasks)
    {
        var calls = Enumerable.Range(0, Calls).Select(_ => (Task)tasks.CreateAsync(new NewTask("Hei", TimeSpan.FromHours(1)))).ToArray();
        await calls[0];
        return Task.WaitAll(calls, _patience);
    }
}
