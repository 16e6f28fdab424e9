using System.Net;
using System.Net.Sockets;
using TaskApi.AspNetCore.Delivery;

namespace TaskApi.Tests.Work.Http;

/// <summary>Looking up names, where name servers don't answer.</summary>
public sealed class NameLookupsTests : IDisposable
{
    private readonly SemaphoreSlim _answers = new(0);
    private readonly SemaphoreSlim _asked = new(0);
    private readonly NameLookups _names;
    private int _count;

    public NameLookupsTests() => _names = new NameLookups(host =>
    {
        Interlocked.Increment(ref _count);
        _asked.Release();
        // As the system does: the thread is kept.
        _answers.Wait();
        return host == "nobody" ? throw new SocketException((int)SocketError.HostNotFound) : Task.FromResult<IPAddress[]>([IPAddress.Loopback]);
    });

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Names_BeyondTheBound_WaitForAPlace()
    {
        var lookups = Enumerable.Range(0, NameLookups.Most + 10).Select(number => _names.FindAsync($"n{number}", Ended)).ToList();
        for (var i = 0; i < NameLookups.Most; i++) await _asked.WaitAsync(Ended);
        using var givenUp = new CancellationTokenSource();
        var impatient = _names.FindAsync("another", givenUp.Token);
        await givenUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        Assert.Equal(NameLookups.Most, Volatile.Read(ref _count));
        _answers.Release(NameLookups.Most + 10);
        foreach (var found in await Task.WhenAll(lookups)) Assert.Equal([IPAddress.Loopback], found);
        Assert.Equal(NameLookups.Most + 10, _count);
    }

    [Fact]
    public async Task Name_ThatIsLookedUpAlready_IsNotAskedForTwice()
    {
        using var givenUp = new CancellationTokenSource();
        var (first, second) = (_names.FindAsync("one", givenUp.Token), _names.FindAsync("one", Ended));
        await _asked.WaitAsync(Ended);
        var third = _names.FindAsync("one", Ended);
        await givenUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);

        _answers.Release(2);

        Assert.Equal(await second, await third);
        Assert.Equal(1, _count);
        await _names.FindAsync("one", Ended);
        Assert.Equal(2, _count);
    }

    [Fact]
    public async Task Name_ThatHasNoAddress_IsToldSoAndLeavesItsPlace()
    {
        _answers.Release(2 * NameLookups.Most);

        for (var i = 0; i < 2 * NameLookups.Most; i++) await Assert.ThrowsAsync<SocketException>(() => _names.FindAsync("nobody", Ended));
    }

    public void Dispose()
    {
        _answers.Release(1000);
        _names.Dispose();
    }
}
