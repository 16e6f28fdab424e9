using System.Text.Json;
using TaskApi.Client.Http;

namespace TaskApi.Client.Work;

/// <summary>Creates tasks for handlers, at the service that their own came from. Thread-safe.</summary>
/// <param name="transport">Calls it.</param>
internal sealed class WorkerChildren(Transport transport)
{
    /// <summary>Creates one.</summary>
    /// <exception cref="ArgumentException">Something of it is not what it may be.</exception>
    /// <exception cref="TaskExistsException">It was to be the only one, and there is one.</exception>
    /// <exception cref="InvalidOperationException">The service doesn't take it.</exception>
    public async Task<Guid> CreateAsync(string type, byte[] input, NewTaskOptions? options, CancellationToken cancellationToken)
    {
        WorkTypes.CheckOfChild(type);
        var call = Call.Post("tasks", NewTaskBody.Of(NewTask.OfJson(type, JsonElement.Parse(input), options)), ClientJson.Default.NewTaskBody) with { IsRepeatable = true, IdempotencyKey = Guid.NewGuid().ToString() };
        try
        {
            return (await transport.SendAsync(call, WorkerJson.Default.CreatedAnswer, cancellationToken).ConfigureAwait(false)).Id;
        }
        catch (TaskApiException exception) when (exception is InvalidRequestException or { Problem.Status: 413 })
        {
            throw new ArgumentException(exception.Message, nameof(options), exception);
        }
        catch (Exception exception) when (Transport.IsPassing(exception) || exception is TaskApiException and not TaskExistsException)
        {
            throw new InvalidOperationException($"The task can't be created: {exception.Message}", exception);
        }
    }
}
