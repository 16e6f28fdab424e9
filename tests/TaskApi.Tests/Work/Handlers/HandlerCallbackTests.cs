using TaskApi.Tests.Work.Http;
using static TaskApi.Tests.Work.WorkFixture;

namespace TaskApi.Tests.Work.Handlers;

/// <summary>Callbacks of tasks that handlers create.</summary>
public sealed class HandlerCallbackTests
{
    [Fact]
    public async Task Child_WithACallback_IsToldOf()
    {
        var told = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var receiver = new Receiver((sent, stream, stopping) =>
        {
            told.TrySetResult(sent.Body);
            return stream.WriteAsync("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"u8.ToArray(), stopping).AsTask();
        });
        var options = new NewTaskOptions { Callback = new TaskCallback(receiver.Url) };
        await using var handlers = new LiveHandlers(async (int input, TaskContext context) => input == 0 ? Guid.Empty : await context.CreateAsync("test", 0, options));

        var child = Text((await handlers.Run("1")).Work!.Result!.Value).Trim('"');

        Assert.Contains($"\"id\":\"{child}\"", await told.Task.WaitAsync(TimeSpan.FromSeconds(30), Ended), StringComparison.Ordinal);
    }
}
