using System.Text.Json;
using TaskApi.Client.Http;

namespace TaskApi.Client.Work;

/// <summary>Creates tasks for handlers, at the service that their own came from. Thread-safe.</summary>
/// <param name="transport">Calls it.</param>
internal sealed class WorkerChildren(Transport transport)
{
    /// <summary>Creates one.</summary>
    /// <exception cref="ArgumentException">Something of it is not what it may be.</exception>
    /// <exception cref="InvalidOperationException">The service can't take it.</exception>
    public async Task<Guid> CreateAsync(string type, byte[] input, NewTaskOptions? options, CancellationToken cancellationToken)
    {
        var call = Call.Post("tasks", NewTaskBody.Of(NewTask.OfJson(type, JsonElement.Parse(input), options)), ClientJson.Default.NewTaskBody) with { IsRepeatable = true, IdempotencyKey = Guid.NewGuid().ToString() };
        try
        {
            return (await transport.SendAsync(call, WorkerJson.Default.CreatedAnswer, cancellationToken).ConfigureAwait(false)).Id;
        }
        catch (InvalidRequestException exception)
        {
            throw new ArgumentException(exception.Message, nameof(options), exception);
        }
        catch (Exception exception) when (Transport.IsPassing(exception))
        {
            throw new InvalidOperationException($"The task can't be created now: {exception.Message}", exception);
        }
    }
}
