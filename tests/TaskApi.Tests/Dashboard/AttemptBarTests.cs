using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.RegularExpressions;
using TaskApi.Tests.Infrastructure;
using static Microsoft.Playwright.Assertions;

namespace TaskApi.Tests.Dashboard;

/// <summary>The attempts on a task's bar, and the pauses between them.</summary>
public sealed partial class AttemptBarTests(ChromiumBrowser browser) : DashboardTests(browser)
{
    private const string Retried = """{"type":"resize","retry":{"maxAttempts":3,"initialSeconds":1,"jitter":0}}""";

    // What the row says for ears, which is what its bar is made of.
    private Microsoft.Playwright.ILocator Told => Row("resize").Locator(".span .spoken");

    [Fact]
    public async Task Bar_OfATaskThatFailsOnceAndIsBegunAgain_ShowsAttemptsAndThePause()
    {
        var asked = 0;
        Page.Request += (_, request) => asked += request.Url.EndsWith("/attempts", StringComparison.Ordinal) ? 1 : 0;
        await Service.Create($"[{Retried}]");
        await Expect(Told).ToContainTextAsync(Waiting());
        var first = await Service.Acquire("resize");
        await Expect(Told).ToContainTextAsync(RunningFirst());
        await Fail(first);
        await Expect(Told).ToContainTextAsync(PausingAfterFirst());
        var second = await Service.Acquire("resize");
        await Expect(Told).ToContainTextAsync(RunningSecond());
        await Service.Post("work/finish", $$$"""{"outcomes":[{"token":"{{{second}}}","result":1}]}""");
        await Expect(Told).ToContainTextAsync(Ended());

        // The events have told it all; to a page that comes later the service does.
        Assert.Equal(0, asked);
        await Page.ReloadAsync();
        await Expect(Told).ToContainTextAsync(Ended());
        Assert.Equal(1, asked);
        Assert.Matches("attempt 1 from .*failed: OSError: no; pause of .* after attempt 1; attempt 2 from .*completed", string.Join("; ", await PartsUnderTheMouse()));
    }

    [Fact]
    public async Task Bar_OfATaskCancelledInAPause_DoesNotSayThatAnAttemptWasCancelled()
    {
        var id = Assert.Single(await Service.Create("""[{"type":"resize","retry":{"maxAttempts":3,"initialSeconds":600}}]"""));
        await Fail(await Service.Acquire("resize"));
        // The page takes an attempt to have ended when it hears of that.
        await Expect(Told).ToContainTextAsync(PausingAfterFirst());
        await Page.APIRequest.DeleteAsync($"tasks/{id}");

        await ExpectStatus("resize", "cancelled");
        await Expect(Told).ToContainTextAsync(CancelledInThePause());
        await Page.ReloadAsync();
        await Expect(Told).ToContainTextAsync(CancelledInThePause());
    }

    [Fact]
    public async Task Attempts_OfManyTasks_AreAskedForInSightAloneAndOnce()
    {
        var tasks = await Service.Create($"[{string.Join(',', Enumerable.Repeat(Retried, 40))}]");
        foreach (var _ in tasks)
            await Fail(await Service.Acquire("resize"));
        foreach (var _ in tasks)
            await Service.Acquire("resize");
        var asked = new ConcurrentQueue<string>();
        Page.Request += (_, request) => asked.Enqueue(request.Url);

        await Page.ReloadAsync();
        await Expect(Rows.First).ToBeVisibleAsync();
        var shown = await Rows.CountAsync();
        await Expect(Told.Filter(new() { HasTextRegex = RunningSecond() })).ToHaveCountAsync(shown);

        var attempts = asked.Where(static url => url.EndsWith("/attempts", StringComparison.Ordinal)).ToArray();
        Assert.Distinct(attempts);
        Assert.InRange(attempts.Length, shown, 39);
    }

    /// <summary>All in one colour: what is told apart is told by form.</summary>
    [Fact]
    public async Task Segments_InOneColour_DifferByTheirForm()
    {
        var painted = await Page.EvaluateAsync<JsonElement>("""
            async () => {
              const { paintSegments } = await import('./js/timeline/paint-segments.js');
              const context = new OffscreenCanvas(400, 20).getContext('2d', { willReadFrequently: true });
              const tone = { solid: '#000', soft: '#000' };
              const palette = { pending: tone, running: tone, completed: tone, cancelled: tone, failed: tone, surface: '#fff' };
              const view = { x: (instant) => instant, width: 400, now: 400, palette };
              const attempt = (number, from, until, outcome) => ({ kind: 'attempt', number, from, until, outcome });
              paintSegments(context, view, [
                { kind: 'waiting', from: 0, until: 100 }, attempt(1, 100, 200, 'failed'), { kind: 'pause', from: 200, until: 300 }, attempt(2, 300, null, 'running'),
              ], 5, 10);
              const dark = (x, y) => { const [red, , , alpha] = context.getImageData(x, y, 1, 1).data; return alpha > 128 && red < 128; };
              const share = (from, y) => Array.from({ length: 80 }, (_, i) => dark(from + 10 + i, y)).filter(Boolean).length / 80;
              return [0, 100, 200, 300].map((from) => ({ middle: share(from, 10), top: share(from, 7) }));
            }
            """);

        var (waiting, failed, pause, running) = (Share(painted[0]), Share(painted[1]), Share(painted[2]), Share(painted[3]));
        Assert.Equal((1, 0), waiting);
        Assert.Equal((1, 1), running);
        Assert.InRange(failed.Middle, 0.3, 0.95);
        Assert.InRange(failed.Top, 0.3, 0.95);
        Assert.InRange(pause.Middle, 0.3, 0.95);
        Assert.Equal(0, pause.Top);
    }

    private static (double Middle, double Top) Share(JsonElement part) => (part.Number("middle"), part.Number("top"));

    private Task<JsonElement> Fail(string token) =>
        Service.Post("work/finish", $$$"""{"outcomes":[{"token":"{{{token}}}","error":{"reason":"OSError","detail":"no\n  File a.py"}}]}""");

    // The tooltips from the left to the right.
    private async Task<List<string>> PartsUnderTheMouse()
    {
        var cell = Row("resize").Locator(".span");
        var box = (await cell.BoundingBoxAsync())!;
        var parts = new List<string>();
        for (var x = box.X + 1; x < box.X + box.Width; x += 2)
        {
            await Page.Mouse.MoveAsync(x, box.Y + (box.Height / 2));
            if (await cell.GetAttributeAsync("title") is { Length: > 0 } title && !parts.Contains(title))
                parts.Add(title);
        }

        return parts;
    }

    [GeneratedRegex("; waits since [^;]* for attempt 1$", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Waiting();

    [GeneratedRegex("; attempt 1 since [^;]*, running$", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex RunningFirst();

    [GeneratedRegex("; attempt 1 from [^;]*, failed: OSError: no; pause .* attempt [12]$", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex PausingAfterFirst();

    [GeneratedRegex("; attempt 1 from [^;]*, failed: OSError: no; pause of [^;]* after attempt 1; attempt 2 since [^;]*, running$", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex RunningSecond();

    [GeneratedRegex("; attempt 1 from [^;]*, failed: OSError: no; pause of [^;]* after attempt 1; attempt 2 from [^;]*, completed$", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Ended();

    [GeneratedRegex("; attempt 1 from [^;]*, failed: OSError: no; pause of [^;]* after attempt 1$", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex CancelledInThePause();
}
