using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Programs;

/// <summary>An input that HTTP refuses is refused in the process, too: it could be kept, and not be read again.</summary>
public sealed class InputRulesTests : EndpointTests
{
    public static TheoryData<string> Wrong { get; } = new(new string('[', 65) + new string(']', 65), """{"a":1,"\u0061":2}""", """["\ud800"]""");

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task Input_ThatIsNoneOverHttp_IsRefused(string json)
    {
        var tasks = Api.Services.GetRequiredService<ITasks>();
        var input = JsonElement.Parse(json, new JsonDocumentOptions { MaxDepth = 128 });
        var pending = await tasks.CreateAsync("resize", 1, new() { Delay = Seconds(60) }, Ended);

        var created = await Assert.ThrowsAsync<InvalidRequestException>(() => tasks.CreateAsync(NewTask.OfJson("resize", input, options: null), Ended));
        var changed = await Assert.ThrowsAsync<InvalidRequestException>(() => pending.RescheduleAsync(new TaskChange { Input = input }, Ended));

        Assert.Equal(["input", "input"], created.Problem.Errors!.Keys.Concat(changed.Problem.Errors!.Keys));
    }
}
