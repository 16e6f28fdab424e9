using System.Text.Json;
using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.AspNetCore.Http.Json;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.AspNetCore.Api.Work;

/// <summary>Writes what became of the tasks that a task has waited for.</summary>
internal static class ParentsJson
{
    // Each may have a result of a megabyte.
    private const int AtOnce = 16;

    private static readonly JsonEncodedText _parents = JsonEncodedText.Encode("parents");
    private static readonly NamedEnumConverter<TaskState> _states = new();

    /// <summary>Writes the member, some at a time.</summary>
    /// <param name="json">The task's object.</param>
    /// <param name="queries">Finds them.</param>
    /// <param name="owner">Whose they are.</param>
    /// <param name="after">Which.</param>
    /// <param name="cancellationToken">The client has gone.</param>
    public static async ValueTask WriteAsync(JsonChunks json, ITaskQueries queries, string owner, WorkAfter after, CancellationToken cancellationToken)
    {
        json.Writer.WriteStartArray(_parents);
        foreach (var ids in after.Ids.Chunk(AtOnce))
        {
            var found = await queries.FindManyAsync(owner, ids, cancellationToken);
            for (var i = 0; i < ids.Length; i++)
                Write(json.Writer, ids[i], found[i]);
            await json.PauseAsync();
        }

        json.Writer.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter writer, Guid id, TaskSnapshot? task)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, id);
        // Nobody knows any more how it ended, but that it has.
        writer.WritePropertyName("status"u8);
        _states.Write(writer, task?.State ?? TaskState.Failed, JsonSerializerOptions.Default);
        writer.WritePropertyName("result"u8);
        if (task is null)
            writer.WriteNullValue();
        else
            writer.WriteResultValue(task);
        var error = task is null ? TaskErrors.HasBeenForgotten : task.Error;
        if (error is null)
        {
            writer.WriteNull("error"u8);
        }
        else
        {
            writer.WriteStartObject("error"u8);
            writer.WriteString("reason"u8, error.Reason);
            writer.WriteString("detail"u8, error.Detail);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }
}
