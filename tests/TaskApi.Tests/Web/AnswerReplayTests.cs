using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TaskApi.AspNetCore;
using TaskApi.AspNetCore.Http.Json;
using TaskApi.AspNetCore.Http.Limits;
using TaskApi.AspNetCore.Idempotency;

namespace TaskApi.Tests.Web;

public sealed class AnswerReplayTests
{
    [Fact]
    public async Task Answer_ForWhichThereIsNoMemory_IsNoReplay()
    {
        var limits = new LimitOptions { MaxCallBytes = 1000, MaxCallBytesPerCaller = 1000 };
        await using var services = new ServiceCollection()
            .Configure<ApiJsonOptions>(static json => JsonConventions.Apply(json.SerializerOptions, TaskApiJsonContext.Default))
            .AddSingleton(new CallMemory(Options.Create(limits)))
            .BuildServiceProvider();
        var context = new DefaultHttpContext { RequestServices = services };

        await new IdempotentAnswer(202, [], new byte[100_000]).ReplayAsync(context);

        Assert.Equal(StatusCodes.Status503ServiceUnavailable, context.Response.StatusCode);
        Assert.False(context.Response.Headers.ContainsKey("Idempotency-Replayed"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(1_000_000)]
    public async Task Answer_OfAnyLength_IsReplayedByteForByte(int length)
    {
        var random = new Random(1);
        var body = new byte[length];
        random.NextBytes(body.AsSpan(0, length / 2));
        var context = new DefaultHttpContext();
        context.Response.StatusCode = 202;
        context.Response.Headers.Location = "/tasks/1";
        context.Response.ContentType = "application/json; charset=utf-8";
        var answer = new IdempotentAnswer(context.Response.StatusCode, context.Response.Headers, body);

        using var services = new ServiceCollection().AddSingleton(new CallMemory(Options.Create(new LimitOptions()))).BuildServiceProvider();
        var again = new DefaultHttpContext { RequestServices = services };
        using var replayed = new MemoryStream();
        again.Response.Body = replayed;
        await IdempotentAnswer.Read(answer.ToBytes()).ReplayAsync(again);

        Assert.Equal(202, again.Response.StatusCode);
        Assert.Equal("/tasks/1", again.Response.Headers.Location);
        Assert.Equal("application/json; charset=utf-8", again.Response.ContentType);
        Assert.Equal("true", again.Response.Headers["Idempotency-Replayed"]);
        Assert.Equal(length, again.Response.ContentLength);
        Assert.Equal(body, replayed.ToArray());
        Assert.True(length < 1000 || answer.Bytes < 0.6 * length, "Half of the body is nothing but zeros.");
    }
}
