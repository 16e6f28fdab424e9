using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.AspNetCore.Http.Json;
using TaskApi.AspNetCore.Http.Problems;
using TaskApi.Engine.Ports;

namespace TaskApi.AspNetCore.Api.Work;

/// <summary>Outcomes that have been taken, or not, and the tokens that they came with.</summary>
/// <param name="Tokens">The tokens.</param>
/// <param name="Answers">What became of each, in the same order.</param>
internal readonly record struct TakenOutcomes(LeaseText[] Tokens, FinishAnswer[] Answers)
{
    /// <summary>None.</summary>
    public static readonly TakenOutcomes None = new([], []);
}

/// <summary>Writes what became of outcomes: <see cref="OutcomeResponse"/>.</summary>
internal static class OutcomeJson
{
    private static readonly JsonEncodedText _token = JsonEncodedText.Encode("token");
    private static readonly JsonEncodedText _id = JsonEncodedText.Encode("id");
    private static readonly JsonEncodedText _status = JsonEncodedText.Encode("status");
    private static readonly JsonEncodedText _dueAt = JsonEncodedText.Encode("dueAt");
    private static readonly JsonEncodedText _problem = JsonEncodedText.Encode("problem");
    private static readonly NamedEnumConverter<TaskState> _states = new();

    /// <summary>Writes that of one.</summary>
    public static void Write(Utf8JsonWriter writer, HttpContext context, LeaseText token, FinishAnswer answer, JsonTypeInfo<ProblemDocument> problem)
    {
        writer.WriteStartObject();
        writer.WriteString(_token, token.ToString());
        if (answer.Problem != FinishProblem.None)
        {
            writer.WritePropertyName(_problem);
            JsonSerializer.Serialize(writer, WorkProblems.Of(answer.Problem).ToDocument(context), problem);
        }
        else
        {
            writer.WriteString(_id, answer.Id!.Value);
            writer.WritePropertyName(_status);
            _states.Write(writer, answer.State, JsonSerializerOptions.Default);
            if (answer.DueAt is { } dueAt)
                writer.WriteInstant(_dueAt, dueAt);
        }

        writer.WriteEndObject();
    }
}
