using System.Text.Json;
using TaskApi.Tests.Infrastructure;
using TaskApi.Tests.Samples;
using TaskApi.Tests.Work.Http;

namespace TaskApi.Tests.Clients;

/// <summary>What strangers' libraries make of our signatures: standardwebhooks, svix and cloudevents of npm, installed by the first run.</summary>
public sealed class WebhookVerifierTests() : EndpointTests(("Delivery:Secrets:0", "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"), ("Delivery:Secrets:1", Secret))
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    [Fact]
    public async Task Delivery_Signed_IsBelievedByTheLibrariesOfItsReceivers()
    {
        var (_, seen) = await Receive(""" "body":{"text":"ä\ud83d\ude00","n":1.50} """);

        Assert.Equal(["""{"text":"ä😀","n":1.5}""", """{"text":"ä😀","n":1.5}"""], seen);
    }

    [Fact]
    public async Task CloudEvent_Signed_IsReadByTheLibraryOfItsReceivers()
    {
        var (sent, seen) = await Receive(""" "format":"cloudevents","body":{"type":"order.paid","timestamp":"2026-03-01T09:30:00Z","data":{"text":"ä","n":1.50}} """);

        Assert.Equal(
            $$$"""{"id":"{{{sent.Headers["webhook-id"]}}}","time":"2026-03-01T09:30:00.000Z","type":"order.paid","source":"/tasks","specversion":"1.0","datacontenttype":"application/json","data":{"text":"ä","n":1.5}}""",
            seen[^1]);
    }

    private static string Folder => RepositoryFile.PathOf("tests/webhooks");

    // What was sent, and what the libraries made of it.
    private async Task<(Received Sent, string[] Seen)> Receive(string input)
    {
        await using var receiver = new Receiver();
        // They believe nothing that is older than five minutes.
        Clock.Advance(TimeProvider.System.GetUtcNow() - Now);
        await Finished((await Create($$$"""{"type":"http","input":{"url":"{{{receiver.Url}}}",{{{input}}}}}""")).Id());
        var sent = Assert.Single(receiver.Requests);

        if (!Directory.Exists(Path.Combine(Folder, "node_modules", "cloudevents")))
            await Tool.Run(Folder, "", "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund");
        var seen = await Tool.Run(Folder, JsonSerializer.Serialize(new { secret = Secret, body = sent.Body, headers = sent.Headers }), "node", "verify.js");
        return (sent, seen.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
