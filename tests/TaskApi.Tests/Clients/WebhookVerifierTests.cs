using System.Diagnostics;
using System.Text.Json;
using TaskApi.Tests.Infrastructure;
using TaskApi.Tests.Samples;
using TaskApi.Tests.Work.Http;

namespace TaskApi.Tests.Clients;

/// <summary>What strangers' libraries make of our signatures: standardwebhooks and svix of npm, installed by the first run.</summary>
public sealed class WebhookVerifierTests() : EndpointTests(("Delivery:Secrets:0", "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"), ("Delivery:Secrets:1", Secret))
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    // Real time, and far more than the first run takes, which installs.
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task Delivery_Signed_IsBelievedByTheLibrariesOfItsReceivers()
    {
        await using var receiver = new Receiver();
        // They believe nothing that is older than five minutes.
        Clock.Advance(TimeProvider.System.GetUtcNow() - Now);
        await Finished((await Create($$$"""{"type":"http","input":{"url":"{{{receiver.Url}}}","body":{"text":"ä\ud83d\ude00","n":1.50} } }""")).Id());
        var sent = Assert.Single(receiver.Requests);

        if (!Directory.Exists(Path.Combine(Folder, "node_modules", "svix")))
            await Run("npm", "", "ci", "--ignore-scripts", "--no-audit", "--no-fund");
        var seen = await Run("node", JsonSerializer.Serialize(new { secret = Secret, body = sent.Body, headers = sent.Headers }), "verify.js");

        Assert.Equal(["""{"text":"ä😀","n":1.5}""", """{"text":"ä😀","n":1.5}"""], seen.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private static string Folder => RepositoryFile.PathOf("tests/webhooks");

    private static async Task<string> Run(string program, string input, params string[] arguments)
    {
        using var patience = new CancellationTokenSource(_patience);
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        try
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            var errors = process.StandardError.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            Assert.True(process.ExitCode == 0, $"{program} ended with {process.ExitCode}: {await output}{await errors}");
            return await output;
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }
}
