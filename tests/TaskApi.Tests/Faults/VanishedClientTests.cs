namespace TaskApi.Tests.Faults;

/// <summary>Clients that are gone in the middle of a call: nothing is left of it, and no task is touched.</summary>
public sealed class VanishedClientTests(SocketService service) : IClassFixture<SocketService>
{
    public enum Farewell
    {
        Close,
        Reset,
    }

    public static TheoryData<string, Farewell> SendingPhases => Each(Phases.Sending);

    public static TheoryData<string, Farewell> WaitingPhases => Each(Phases.Waiting);

    public static TheoryData<string, Farewell> StreamingPhases => Each(Phases.Streaming);

    [Theory]
    [MemberData(nameof(SendingPhases))]
    public async Task Sender_Vanishes_LeavesNothingAndCreatesNothing(string phase, Farewell farewell)
    {
        var created = await Created();

        await Vanish(Phases.Sending[phase], farewell);

        Assert.Equal(created + 1, await Created());
    }

    [Theory]
    [MemberData(nameof(WaitingPhases))]
    public Task Waiter_Vanishes_LeavesNothing(string phase, Farewell farewell) => Vanish(Phases.Waiting[phase], farewell);

    [Theory]
    [MemberData(nameof(StreamingPhases))]
    public Task Reader_Vanishes_LeavesNothing(string phase, Farewell farewell) => Vanish(Phases.Streaming[phase], farewell);

    [Fact]
    public async Task Clients_AHundredVanishAtOnce_LeaveNothing()
    {
        var task = await service.Create(1000);
        var phases = Phases.Waiting.Values.Concat(Phases.Streaming.Values).ToArray();
        var clients = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => RawClient.Connect(service.Address)));
        foreach (var (at, client) in clients.Index())
            await client.Send(phases[at % phases.Length].Request(task));
        await service.Until(() => service.Requests == clients.Length);

        Parallel.ForEach(clients, static client => client.Reset());

        await service.LetsGo();
        Assert.Equal(TaskState.Pending, (await service.Look(task.Id)).State);
        foreach (var client in clients)
            client.Dispose();
    }

    private static TheoryData<string, Farewell> Each(IReadOnlyDictionary<string, Phase> phases) =>
        [.. phases.Keys.SelectMany(static phase => Enum.GetValues<Farewell>().Select(farewell => (phase, farewell)))];

    private async Task Vanish(Phase phase, Farewell farewell)
    {
        var task = await service.Create(1000);
        using (var client = await RawClient.Connect(service.Address))
        {
            await client.Send(phase.Request(task));
            await phase.Reached(service, client);
            if (phase.Holds is { } armed)
                await service.Clock.TimerArmed(TimeSpan.FromSeconds(armed));
            if (farewell == Farewell.Reset)
                client.Reset();
            else
                client.Close();
        }

        await service.LetsGo();
        if (phase.Holds is { } held)
            await service.Clock.TimerGone(TimeSpan.FromSeconds(held));
        Assert.Equal(TaskState.Pending, (await service.Look(task.Id)).State);
    }

    private async Task<long> Created() => (await service.Storage.GetStatsAsync("", TestContext.Current.CancellationToken)).Created;
}
