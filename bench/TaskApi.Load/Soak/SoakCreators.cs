using System.Text;
using System.Text.Json;
using TaskApi.Load.Http;

namespace TaskApi.Load.Soak;

/// <summary>What clients do that have others work for them: they see how each of their tasks ends.</summary>
internal static class SoakCreators
{
    /// <summary>The queue of tasks that may end in any way.</summary>
    public const string Queue = "soak";

    /// <summary>The queue of tasks that are tried until they complete.</summary>
    public const string Stubborn = "stubborn";

    /// <summary>The type that the soaked program's own handler runs, if it has one.</summary>
    public const string Handled = "noop";

    private static readonly byte[] _stubborn = HttpRequests.Chunk(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 200).Select(static number =>
        $$"""{"type":"{{Stubborn}}","input":{{number}},"priority":{{number % 3}},"retry":{"maxAttempts":1000,"maxLosses":1000,"initialSeconds":0.05} }""" + "\n"))));

    /// <summary>Creates one, and waits until it has ended.</summary>
    public static async Task CreateAndWaitAsync(SoakClient client, CancellationToken token) =>
        await EndAsync(client, await CreateAsync(client, $$""","delaySeconds":{{client.Seconds(0, 0.3)}}""", token), token);

    /// <summary>Creates one, and cancels it while it waits or runs.</summary>
    public static async Task CancelAsync(SoakClient client, CancellationToken token)
    {
        var id = await CreateAsync(client, "", token);
        await client.PauseAsync(token);
        try
        {
            await client.CallAsync("DELETE", $"/tasks/{id}?waitSeconds=30", null, 200, token);
        }
        catch (InvalidDataException exception) when (exception.Message.Contains("answered 409", StringComparison.Ordinal))
        {
            // It has ended otherwise, before or all the same.
        }

        await EndAsync(client, id, token);
    }

    /// <summary>Creates one that has little time.</summary>
    public static async Task TimeOutAsync(SoakClient client, CancellationToken token) =>
        await EndAsync(client, await CreateAsync(client, $$""","timeoutSeconds":{{client.Seconds(0.01, 0.5)}}""", token), token);

    /// <summary>Creates many that are tried until they complete; it doesn't wait for them.</summary>
    public static async Task StreamAsync(SoakClient client, CancellationToken token)
    {
        client.Ledger.AddCall();
        var created = await TaskStream.CreateAsync(client.Url, [_stubborn], onTask: null, token);
        client.Ledger.AddCreated(created);
        client.Ledger.AddWorkCompleted(created);
        await Clock.DelayAsync(TimeSpan.FromSeconds(0.5), token);
    }

    /// <summary>Creates one for the soaked program's own handler, and waits for it.</summary>
    public static async Task HandleAsync(SoakClient client, CancellationToken token)
    {
        var created = await client.CallAsync("POST", "/tasks", $$"""{"type":"{{Handled}}","input":1,"delaySeconds":{{client.Seconds(0, 0.2)}}}""", 202, token);
        client.Ledger.AddCreated();
        await EndAsync(client, SoakClient.Text(created, "id"), token);
        // No worker tells of it.
        client.Ledger.AddResultTaken();
    }

    private static async Task<string> CreateAsync(SoakClient client, string members, CancellationToken token)
    {
        var body = $$"""{"type":"work","queue":"{{Queue}}","input":{"n":[1,2,3]},"retry":{"maxAttempts":3,"maxLosses":2,"initialSeconds":{{client.Seconds(0, 0.2)}}}{{members}}}""";
        var created = await client.CallAsync("POST", "/tasks", body, 202, token);
        client.Ledger.AddCreated();
        return SoakClient.Text(created, "id");
    }

    private static async Task EndAsync(SoakClient client, string id, CancellationToken token)
    {
        JsonElement task;
        do task = await client.CallAsync("GET", $"/tasks/{id}?waitSeconds=30", null, 200, token);
        while (!task.GetProperty("done").GetBoolean());
        client.Ledger.AddWork(SoakClient.Text(task, "status"));
    }
}
