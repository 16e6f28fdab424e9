using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using TaskApi.AspNetCore.Handlers;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Work.Handlers;

/// <summary>JSON that a program has written on several lines: what is shown of it is on one, or it would end lines of streams.</summary>
public sealed class IndentedJsonTests() : EndpointTests(new TaskApiFactory
{
    Registrations = static services => services.AddHandlerDelegate(
        static (Picture picture) => picture, "copy", static options => options.Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, NewLine = "\r\n" }),
})
{
    internal sealed record Picture(string Url);

    [Fact]
    public async Task Json_OnSeveralLines_IsOnOneInStreams()
    {
        using var events = await Open(HttpMethod.Get, "/tasks/events");
        var spec = new TaskSpec { Message = "", Schedule = default, Work = new WorkSpec { Type = "copy", Input = "{\n\"url\":\r\"a\\n\"\n}"u8.ToArray() } };
        var id = (await Api.Services.GetRequiredService<ITaskCommands>().CreateAsync("", spec, watch: false, TestContext.Current.CancellationToken)).Task!.Id.ToString();
        await Finished(id);

        using var lines = await Open(HttpMethod.Post, "/tasks/as-completed", Content($$"""{"ids":["{{id}}"]}"""));
        var line = await lines.Json();
        await lines.Ends();
        Assert.Equal(("""{ "url": "a\n" }""", """{    "url": "a\n"  }"""), (line.GetProperty("input").GetRawText(), line.GetProperty("result").GetRawText()));
        ServerEvent? happened;
        do happened = await events.Event();
        while (happened!.Name != "completed");
        Assert.Equal(id, happened.Data.Id());
        Assert.DoesNotContain('\n', (await Get($"/tasks/{id}/result")).Body);
    }
}
