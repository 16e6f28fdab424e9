using TaskApi.Load.Http;

namespace TaskApi.Load.Soak;

/// <summary>A worker that returns, raises, gives back, takes its time, forgets what it has got, and hangs up, again and again.</summary>
/// <param name="client">Its connection.</param>
/// <param name="name">What it is called.</param>
internal sealed class SoakWorker(SoakClient client, string name)
{
    private readonly List<string> _held = [];
    private readonly List<string> _outcomes = [];

    /// <summary>Gets tasks, and does something with each.</summary>
    public async Task WorkAsync(Service service, CancellationToken token)
    {
        var call = $$"""{"worker":"{{name}}","queues":["{{SoakCreators.Queue}}","{{SoakCreators.Stubborn}}"],"max":{{client.Random.Next(1, 30)}},"leaseSeconds":2,"waitSeconds":0.5}""";
        if (client.Random.Next(50) == 0)
        {
            using var leaving = await service.ConnectAsync(token);
            await leaving.SendAsync(HttpRequests.Make("POST", "/work/acquire", call), token);
            await client.PauseAsync(token);
            return;
        }

        var answer = await client.CallAsync("POST", "/work/acquire", call, 200, token);
        foreach (var task in answer.GetProperty("tasks").EnumerateArray()) Take(task.GetProperty("lease").GetProperty("token").GetString()!);
        if (_held.Count > 0) await HoldAsync(token);
        if (_outcomes.Count > 0) await FinishAsync(token);
    }

    // One in fifty is forgotten, and lost when its lease is over.
    private void Take(string lease)
    {
        switch (client.Random.Next(100))
        {
            case < 60: Tell(lease, "\"result\":{\"ok\":true}"); break;
            case < 70: Tell(lease, "\"error\":{\"reason\":\"SoakError\",\"detail\":\"once more\"}"); break;
            case < 74: Tell(lease, "\"release\":{\"delaySeconds\":0.05}"); break;
            case < 98: _held.Add(lease); break;
        }
    }

    // Says how far it has come, and hears of cancellations.
    private async Task HoldAsync(CancellationToken token)
    {
        var leases = string.Join(',', _held.Select(static lease => $$"""{"token":"{{lease}}","progress":{"done":1,"total":2} }"""));
        var answer = await client.CallAsync("POST", "/work/heartbeat", $$"""{"worker":"{{name}}","leases":[{{leases}}],"leaseSeconds":2,"waitSeconds":{{client.Seconds(0, 0.3)}}}""", 200, token);
        var cancelled = answer.GetProperty("cancel").EnumerateArray().Select(static notice => SoakClient.Text(notice, "token")).ToHashSet(StringComparer.Ordinal);
        foreach (var lease in _held) Tell(lease, cancelled.Contains(lease) ? "\"cancelled\":true" : "\"result\":[1]");
        _held.Clear();
    }

    private async Task FinishAsync(CancellationToken token)
    {
        var answer = await client.CallAsync("POST", "/work/finish", $$"""{"outcomes":[{{string.Join(',', _outcomes)}}]}""", 200, token);
        _outcomes.Clear();
        foreach (var outcome in answer.GetProperty("outcomes").EnumerateArray())
        {
            if (outcome.TryGetProperty("problem", out var problem))
            {
                if (!SoakClient.Text(problem, "type").EndsWith(":lease-lost", StringComparison.Ordinal)) client.Ledger.AddFailure($"finish: {problem}");
            }
            else if (SoakClient.Text(outcome, "status") == "completed")
            {
                client.Ledger.AddResultTaken();
            }
        }
    }

    private void Tell(string lease, string outcome) => _outcomes.Add($$"""{"token":"{{lease}}",{{outcome}}}""");
}
