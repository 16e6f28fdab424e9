using System.Text.Json;
using System.Text.Json.Serialization;
using TaskApi.AspNetCore.Http.Json;
using TaskApi.Engine.Model;

namespace TaskApi.AspNetCore.Api.Contracts;

/// <summary>The tasks that a task waits for before its delay begins: such an object, or just the list of their ids.</summary>
[JsonConverter(typeof(AfterRequestConverter))]
internal sealed record AfterRequest
{
    /// <summary>Up to 1,000 ids of tasks that there are, delayed messages too. In a batch also places of earlier elements: <c>#0</c> is the first.</summary>
    public IReadOnlyList<string>? Ids { get; init; }

    /// <summary>Whether all of them have to complete (<c>success</c>, the default; if one doesn't, the task is cancelled with reason <c>dependency</c>), or just to be done (<c>done</c>).</summary>
    public AfterRule? On { get; init; }
}

/// <summary>Reads both forms.</summary>
internal sealed class AfterRequestConverter : JsonConverter<AfterRequest>
{
    /// <inheritdoc/>
    public override AfterRequest Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.StartArray)
            return new AfterRequest { Ids = ReadIds(ref reader) };
        if (reader.TokenType != JsonTokenType.StartObject)
            throw Fault();
        var (ids, on) = (default(IReadOnlyList<string>), default(AfterRule?));
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (isIds, isOn) = (reader.ValueTextEquals("ids"u8) && ids is null, reader.ValueTextEquals("on"u8) && on is null);
            if (!reader.Read() || !(isIds || isOn))
                throw Fault();
            if (isOn)
                on = reader.TokenType == JsonTokenType.String && NamedValues<AfterRule>.TryParse(reader.GetString(), out var rule) ? rule : throw Fault();
            else
                ids = reader.TokenType == JsonTokenType.StartArray ? ReadIds(ref reader) : throw Fault();
        }

        return new AfterRequest { Ids = ids, On = on };
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, AfterRequest value, JsonSerializerOptions options) => throw new NotSupportedException("Requests are only read.");

    // One more than there may be is enough to see that there are too many.
    private static List<string> ReadIds(ref Utf8JsonReader reader)
    {
        var ids = new List<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.String)
                throw Fault();
            if (ids.Count <= WorkAfter.MostTasks)
                ids.Add(reader.GetString()!);
        }

        return ids;
    }

    private static JsonRuleException Fault() => new("must be an array of ids, or an object with ids and on, which is success or done.");
}
