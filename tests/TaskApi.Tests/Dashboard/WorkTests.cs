using System.Text;
using System.Text.Json;
using TaskApi.Tests.Infrastructure;
using TaskApi.Tests.Work.Http;
using static Microsoft.Playwright.Assertions;

namespace TaskApi.Tests.Dashboard;

/// <summary>Tasks with work on the page.</summary>
public sealed class WorkTests(ChromiumBrowser browser) : DashboardTests(browser)
{
    [Fact]
    public async Task Work_FromItsCreationToItsResult_IsShown()
    {
        await Service.Create("""[{"type":"resize","input":{"width":200}},{"message":"Beside it","delaySeconds":600}]""");
        await ExpectStatus("resize", "pending");

        var token = await Acquire();
        await ExpectStatus("resize", "running");
        await Expect(Row("resize").Locator(".when")).ToHaveTextAsync("at work");
        await Page.Locator("#search").FillAsync("RESI");
        await Expect(Rows).ToHaveCountAsync(1);

        await Post("work/finish", $$$"""{"outcomes":[{"token":"{{{token}}}","result":{"bytes":12}}]}""");

        await ExpectStatus("resize", "completed");
        await Expect(Row("resize").Locator(".note")).ToHaveTextAsync("""{"bytes":12}""");
    }

    [Fact]
    public async Task Counters_WithATaskAtWork_AddUpToThoseCreated()
    {
        await Service.Create("""[{"type":"resize"},{"type":"resize"},{"message":"Beside them","delaySeconds":600}]""");
        await Acquire();

        await Expect(Page.Locator("#count-created")).ToHaveTextAsync("3");
        await Expect(Page.Locator("#count-pending")).ToHaveTextAsync("2");
        await Expect(Page.Locator("#count-running")).ToHaveTextAsync("1");
        await Expect(Page.Locator("#capacity-text")).ToContainTextAsync("3 of");
        await Page.Locator("#counters [data-status=running]").ClickAsync();
        await Expect(Rows).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Details_OfATaskAtWork_TellWhoRunsItAndHowFarItIs()
    {
        await Service.Create("""[{"type":"resize","input":{"width":200},"queue":"images","retry":{"maxAttempts":3}}]""");
        var token = await Acquire("images");
        await Post("work/heartbeat", $$$"""{"worker":"here","leases":[{"token":"{{{token}}}","progress":{"done":5,"total":20,"note":"page 5"}}]}""");
        await Expect(Row("resize").Locator(".when")).ToHaveTextAsync("25 %");

        await Row("resize").Locator(".what").ClickAsync();
        var fields = Page.Locator("#task-fields");
        foreach (var text in (string[])["typeresize", "queueimages", "attempt1, of 3", "workerhere"])
            await Expect(fields).ToContainTextAsync(text);
        await Expect(Page.Locator("#task-message")).ToHaveTextAsync("""{"width":200}""");
        await Expect(Page.Locator("#task-progress")).ToContainTextAsync("25 %, page 5");
        await Expect(Page.Locator("#reschedule")).ToBeHiddenAsync();

        await Press("Cancel the task");
        await Expect(Page.Locator("#task-status")).ToHaveTextAsync("asked to end");
        await Post("work/finish", $$$"""{"outcomes":[{"token":"{{{token}}}","cancelled":true}]}""");
        await Expect(Page.Locator("#task-status")).ToHaveTextAsync("cancelled");
        await Expect(Page.Locator("#task-acts")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Details_OfATaskThatFailed_HaveItsAttemptsErrorsAndEvents()
    {
        await Service.Create("""[{"type":"resize","input":{"id":12345678901234567890,"text":"one\ntwo","sizes":[100,200,300],"nested":{"a":{"b":1.50}}},"retry":{"maxAttempts":2,"initialSeconds":0,"jitter":0}}]""");
        await Row("resize").Locator(".what").ClickAsync();
        await Expect(Page.Locator("#task-message .tree")).ToContainTextAsync("12345678901234567890");
        await Expect(Page.Locator("#task-message pre")).ToHaveTextAsync("one\ntwo");
        await Page.Locator("#task-message summary").First.ClickAsync();
        await Expect(Page.Locator("#task-message pre")).ToBeHiddenAsync();

        for (var attempt = 1; attempt <= 2; attempt++)
            await Post("work/finish", $$$"""{"outcomes":[{"token":"{{{await Acquire()}}}","error":{"reason":"OSError","detail":"no {{{attempt}}}\n  File a.py, line 3"}}]}""");

        await Expect(Page.Locator("#task-status")).ToHaveTextAsync("failed");
        await Expect(Page.Locator("#task-error")).ToContainTextAsync("OSError: no 2\n  File a.py, line 3");
        await Expect(Page.Locator("#task-attempts-table pre")).ToHaveTextAsync(["OSError: no 2\n  File a.py, line 3", "OSError: no 1\n  File a.py, line 3"]);
        await Expect(Page.Locator("#task-events li span")).ToContainTextAsync(["failed", "started", "retrying", "started"]);
    }

    [Fact]
    public async Task Details_OfACallOfAUrl_TellWhatWasAnsweredAtEachAttempt()
    {
        var answers = 0;
        await using var receiver = new Receiver((_, stream, stopping) =>
            stream.WriteAsync(Encoding.ASCII.GetBytes(Receiver.Answer(Interlocked.Increment(ref answers) == 1 ? "503 Full" : "201 Created")), stopping).AsTask());

        await Service.Create($$$"""[{"type":"http","input":{"url":"{{{receiver.Url}}}","headers":{"Authorization":"Bearer t"}},"retry":{"initialSeconds":0,"jitter":0}}]""");
        await Row("http").Locator(".what").ClickAsync();

        await Expect(Page.Locator("#task-status")).ToHaveTextAsync("completed");
        await Expect(Page.Locator("#task-attempts-table pre")).ToHaveTextAsync(["answered 201", "answered 503 Service Unavailable"]);
        await Expect(Page.Locator("#task-fields")).ToContainTextAsync($"callsPOST {receiver.Url}");
        await Expect(Page.Locator("#task-message")).ToContainTextAsync("***");
    }

    [Fact]
    public async Task RunAgain_WithAnotherInput_MakesATaskWithThat()
    {
        await Service.Create("""[{"type":"resize","input":{"width":200},"queue":"images","group":"g"}]""");
        await Post("work/finish", $$$"""{"outcomes":[{"token":"{{{await Acquire("images")}}}","error":{"reason":"OSError","detail":"no","retry":false}}]}""");
        await Row("resize").Locator(".what").ClickAsync();
        await Page.Locator("#task-again summary").ClickAsync();
        await Page.Locator("#edit-again [name=content]").FillAsync("""{"width": 12345678901234567890}""");
        await Press("Run edited");

        await Expect(Page.Locator("#task-status")).ToHaveTextAsync("pending");
        await Expect(Page.Locator("#task-message")).ToHaveTextAsync("""{"width":12345678901234567890}""");
        var made = (await Service.List())[^1];
        Assert.Equal(("images", "g"), (made.Text("queue"), made.Text("group")));
    }

    [Fact]
    public async Task Cancel_ByForce_EndsATaskAtWorkAtOnce()
    {
        await Service.Create("""[{"type":"resize"}]""");
        await Acquire();
        await Row("resize").Locator(".what").ClickAsync();
        await Page.GetByText("by force").ClickAsync();
        await Press("Cancel the task");

        await Expect(Page.Locator("#task-status")).ToHaveTextAsync("cancelled");
    }

    [Fact]
    public async Task Details_OfALongInput_ShowAllOfIt()
    {
        await Service.Create($$"""[{"type":"resize","input":"{{new string('x', 2_000)}} to the end"}]""");

        await Row("resize").Locator(".what").ClickAsync();

        await Expect(Page.Locator("#task-message")).ToContainTextAsync("x to the end");
    }

    [Fact]
    public async Task Create_Work_SendsItsInputAsItIsWritten()
    {
        await ChooseWork();
        await Page.Locator("#create [name=type]").FillAsync("resize");
        await Page.Locator("#create [name=input]").FillAsync("""{ "id": 12345678901234567890, "scale": 1.50 }""");
        await Page.Locator("#create [name=delaySeconds]").FillAsync("600");
        await Page.Locator("#create summary").ClickAsync();
        await Page.Locator("#create [name=maxAttempts]").FillAsync("3");
        await Page.Locator("#create [name=queue]").FillAsync("images");
        await Press("Create");

        await ExpectStatus("resize", "pending");
        var task = Assert.Single(await Service.List());
        Assert.Equal("""{"id":12345678901234567890,"scale":1.50}""", task.GetProperty("input").GetRawText());
        Assert.Equal("images", task.Text("queue"));
        Assert.Equal(3, task.GetProperty("retry").Number("maxAttempts"));
    }

    [Fact]
    public async Task Create_WorkWhoseInputIsNoJson_SaysSoBesideIt()
    {
        await ChooseWork();
        await Page.Locator("#create [name=input]").FillAsync("[1, 2");
        await Press("Create");
        await Expect(Page.Locator("#create [data-error=input]")).ToContainTextAsync("is not JSON");

        await Page.Locator("#create [name=input]").FillAsync("");
        await Page.Locator("#create [data-copy]").ClickAsync();
        await Expect(Page.Locator("#create [data-error=input]")).ToBeEmptyAsync();
        Assert.Empty(await Service.List());
    }

    private Task ChooseWork() => Page.Locator("#create").GetByText("Work", new() { Exact = true }).ClickAsync();

    private Task<string> Acquire(string queue = "resize") => Service.Acquire(queue);

    private Task<JsonElement> Post(string path, string json) => Service.Post(path, json);
}
