using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection;
using TaskApi.AspNetCore.Handlers;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using static TaskApi.Tests.Work.Handlers.HandlerFixture;

namespace TaskApi.Tests.Work.Handlers;

/// <summary>How inputs are read and results are written.</summary>
public sealed partial class HandlerResultTests
{
    internal sealed record Picture(string Url, int Width);

    internal sealed record Thumbnail(string Url, long Bytes);

    private sealed class Resize(TimeProvider clock) : ITaskHandler<Picture, Thumbnail>
    {
        public async Task<Thumbnail> RunAsync(Picture input, TaskContext context, CancellationToken cancellationToken)
        {
            await Task.Yield();
            return new Thumbnail($"{input.Url}?{clock.GetUtcNow().Year}", input.Width * 10L);
        }
    }

    private sealed class Note(List<string> notes) : ITaskHandler<string?>
    {
        public Task RunAsync(string? input, TaskContext context, CancellationToken cancellationToken)
        {
            notes.Add($"{context.Type} {context.Attempt} {input ?? "nothing"}");
            return Task.CompletedTask;
        }
    }

    [JsonSerializable(typeof(Picture))]
    [JsonSerializable(typeof(Thumbnail))]
    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseUpper, GenerationMode = JsonSourceGenerationMode.Metadata)]
    private sealed partial class PictureJson : JsonSerializerContext;

    [Fact]
    public async Task Class_ThatReturns_CompletesWithTheResultAsJson()
    {
        await using var fixture = new HandlerFixture(static services => services.AddHandlerClass(typeof(Resize), "resize", configure: null));

        var outcome = await fixture.Work.OutcomeOf(fixture.Work.Add("resize", """{"url":"a.png","width":200}"""));

        Assert.Equal("""{"url":"a.png?2026","bytes":2000}""", ResultOf(outcome));
    }

    [Fact]
    public async Task Class_WithoutResult_CompletesWithNull()
    {
        var notes = new List<string>();
        await using var fixture = new HandlerFixture(services =>
        {
            services.AddSingleton(notes);
            services.AddHandlerClass(typeof(Note), "note", configure: null);
        });

        Assert.Equal("null", ResultOf(await fixture.Work.OutcomeOf(fixture.Work.Add("note", input: null, attempt: 3))));
        Assert.Equal(["note 3 nothing"], notes);
    }

    public static TheoryData<Delegate, string> Lambdas { get; } = new()
    {
        { static () => 5, "5" },
        { static () => { }, "null" },
        { static (int input) => input + 1, "8" },
        { static (int input) => Task.FromResult($"{input}"), "\"7\"" },
        { static (int input, CancellationToken _) => new ValueTask<int>(input), "7" },
        { static (CancellationToken _, TaskContext context, int input) => $"{context.Type} {input}", "\"test 7\"" },
        { static async (long input) => await Task.Yield(), "null" },
        { static (JsonElement input) => ValueTask.CompletedTask, "null" },
        { static (JsonElement input) => input.GetRawText(), "\"7\"" },
        { static (int? input) => (string?)null, "null" },
    };

    [Theory]
    [MemberData(nameof(Lambdas))]
    public async Task Lambda_OfAnyShape_CompletesWithWhatItReturns(Delegate handler, string result) => Assert.Equal(result, ResultOf(await Run(handler, "7")));

    [Theory]
    [InlineData("""{"url":"a.png","width":"wide"}""", "$.width: The JSON value could not be converted to ")]
    [InlineData("null", "$: null, and the handler needs an input.")]
    [InlineData(null, "$: null, and the handler needs an input.")]
    [InlineData("""[]""", "$: The JSON value could not be converted to ")]
    public async Task Input_ThatIsNotWhatTheHandlerTakes_IsAnErrorThatSaysWhere(string? input, string detail)
    {
        var outcome = await Run(static (Picture picture) => picture.Width, input);

        Assert.Equal("InvalidInput", ErrorOf(outcome).Reason);
        Assert.StartsWith(detail, ErrorOf(outcome).Detail, StringComparison.Ordinal);
        Assert.False(outcome.Retry);
    }

    [Fact]
    public async Task Json_OfASourceGeneratedContext_IsTheHandlers()
    {
        var outcome = await Run(static (Picture picture) => new Thumbnail(picture.Url, 1), """{"URL":"a","WIDTH":1}""", configure: static options => options.Json = PictureJson.Default.Options);

        Assert.Equal("""{"URL":"a","BYTES":1}""", ResultOf(outcome));
    }

    [Fact]
    public async Task Result_ThatIsTooLarge_IsAnErrorThatIsNotTriedAgain()
    {
        await using var fixture = new HandlerFixture(static services => services.AddHandlerDelegate(static () => "too much", "test", configure: null));
        fixture.Work.Refuse = static outcome => outcome.Kind == WorkOutcomeKind.Result ? FinishProblem.ResultTooLarge : default;

        var outcome = await fixture.Work.OutcomeOf(fixture.Work.Add("test"));

        Assert.Equal(new TaskError("ResultTooLarge", "The result has 10 bytes of JSON; Work:MaxResultBytes allows fewer."), ErrorOf(outcome));
        Assert.False(outcome.Retry);
    }
}
