using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Sql;

/// <summary>Creations with an Idempotency-Key, to be made again after the service was killed: by a client that got no answer, and by one that did. Thread-safe.</summary>
internal sealed class KeyedCalls
{
    private readonly ConcurrentQueue<KeyedCall> _calls = new();

    /// <summary>How many have been made again after they had been answered.</summary>
    public int Repeated { get; private set; }

    /// <summary>How many have been made again because nobody answered them.</summary>
    public int Retried { get; private set; }

    /// <summary>Makes a call for the first time.</summary>
    /// <returns>The answer's body.</returns>
    public async Task<JsonElement> Make(HttpClient client, string path, object body)
    {
        var call = new KeyedCall(path, JsonSerializer.Serialize(body), $"key {Guid.NewGuid()}".Replace(' ', '-'));
        _calls.Enqueue(call);
        var reply = await Send(client, call);
        Assert.Null(reply.Header("Idempotency-Replayed"));
        call.Answer = reply;
        return reply.Json;
    }

    /// <summary>Makes the latest calls again. One that was answered must be answered so again; the others, whether or not they took effect then, take effect now at the latest.</summary>
    /// <param name="client">The service.</param>
    /// <param name="count">How many at the most; more than there can be without an answer.</param>
    /// <param name="onAnswer">Receives the body of each answer to a call that had none.</param>
    public async Task Repeat(HttpClient client, int count, Action<JsonElement> onAnswer)
    {
        foreach (var call in _calls.TakeLast(count))
        {
            var reply = await Send(client, call);
            if (call.Answer is { } first)
            {
                Assert.Equal("true", reply.Header("Idempotency-Replayed"));
                foreach (var name in (ReadOnlySpan<string>)["Content-Type", "Content-Length", "Location", "Preference-Applied"])
                    Assert.Equal(first.Header(name), reply.Header(name));
                Assert.Equal((first.Status, first.Body), (reply.Status, reply.Body));
                Repeated++;
            }
            else
            {
                call.Answer = reply;
                onAnswer(reply.Json);
                Retried++;
            }
        }
    }

    private static async Task<Reply> Send(HttpClient client, KeyedCall call)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, call.Path) { Content = new StringContent(call.Body, Encoding.UTF8, "application/json") };
        request.Headers.Add("Idempotency-Key", call.Key);
        using var response = await client.SendAsync(request);
        var reply = await Reply.Read(response);
        Assert.True(reply.Status is HttpStatusCode.Accepted or HttpStatusCode.OK, string.Create(CultureInfo.InvariantCulture, $"{reply.Status} {reply.Body}"));
        return reply;
    }

    private sealed class KeyedCall(string path, string body, string key)
    {
        public string Path => path;

        public string Body => body;

        public string Key => key;

        public Reply? Answer { get; set; }
    }
}
