using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using TaskApi;

namespace Embedded.Tests;

/// <summary>What is to happen later happens when the test says so.</summary>
public sealed class ShopTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.Parse("2030-01-01T00:00:00Z", null));
    private readonly WebApplicationFactory<Program> _factory = new();
    private readonly WebApplicationFactory<Program> _shop;
    private readonly HttpClient _client;

    public ShopTests()
    {
        _shop = _factory.WithWebHostBuilder(builder => builder
            .UseSetting("Tasks:ShutdownGrace", "00:00:00")
            .ConfigureTestServices(services => services.AddSingleton<TimeProvider>(_clock)));
        _client = _shop.CreateClient();
    }

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Order_FiveMinutesLater_IsConfirmed()
    {
        var order = await Place(new Order(7, "Ann"));
        _clock.Advance(Orders.TimeToWithdraw - TimeSpan.FromMilliseconds(1));
        Assert.Equal(TaskState.Pending, (await Confirmation(order).GetAsync(Ended)).Status);

        _clock.Advance(TimeSpan.FromMilliseconds(1));
        await Confirmation(order).ResultAsync(Ended);

        Assert.Equal(["To Ann: your order 7 is on its way."], await Letters());
    }

    [Fact]
    public async Task Order_ThatIsWithdrawnInTime_IsNot()
    {
        var order = await Place(new Order(7, "Ann"));

        using var withdrawn = await _client.DeleteAsync(new Uri("/orders/7", UriKind.Relative), Ended);
        _clock.Advance(TimeSpan.FromMinutes(10));
        using var again = await _client.DeleteAsync(new Uri("/orders/7", UriKind.Relative), Ended);

        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NotFound), (withdrawn.StatusCode, again.StatusCode));
        Assert.Equal("withdrawn", (await Confirmation(order).GetAsync(Ended)).Error?.Detail);
        Assert.Empty(await Letters());
    }

    [Fact]
    public async Task Night_HoweverOftenTheShopSaysSo_HasOneReport()
    {
        var tasks = _shop.Services.GetRequiredService<ITasks>();
        await new Nights(tasks).StartAsync(Ended);

        _clock.Advance(TimeSpan.FromHours(1));      // Two o'clock in Oslo.
        await Report();
        await new Nights(tasks).StartAsync(Ended);
        _clock.Advance(TimeSpan.FromDays(1));
        await Report();

        Assert.Equal(["To the office: the shop has sent 0 letters.", "To the office: the shop has sent 1 letters."], await Letters());
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _shop.DisposeAsync();
        await _factory.DisposeAsync();
    }

    private async Task<PlacedOrder> Place(Order order)
    {
        using var reply = await _client.PostAsJsonAsync("/orders", order, Ended);
        return (await reply.Content.ReadFromJsonAsync<PlacedOrder>(Ended))!;
    }

    private TaskHandle Confirmation(PlacedOrder order) => _shop.Services.GetRequiredService<ITasks>().Attach(order.Confirmation);

    // The task of the last night, which is there as soon as the clock is.
    private async Task Report()
    {
        var tasks = _shop.Services.GetRequiredService<ITasks>();
        var schedule = await tasks.Schedules.GetAsync("nightly-report", Ended);
        Assert.Equal(_clock.GetUtcNow(), schedule.LastAt);
        await tasks.Attach(schedule.LastTaskId!.Value).ResultAsync(Ended);
    }

    private async Task<string[]> Letters() => (await _client.GetFromJsonAsync<string[]>("/letters", Ended))!;
}
