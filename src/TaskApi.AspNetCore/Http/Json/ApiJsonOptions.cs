using System.Text.Json;

namespace TaskApi.AspNetCore.Http.Json;

/// <summary>How the API reads and writes JSON. Its own options: those of the program that the API is part of are that program's.</summary>
internal sealed class ApiJsonOptions
{
    /// <summary>What the serializer goes by; not to be changed any more once it is used.</summary>
    public JsonSerializerOptions SerializerOptions { get; } = new(JsonSerializerDefaults.Web);

    /// <summary>The same for bodies that are nested deeper than others: <see cref="IDeepJson"/>.</summary>
    public JsonSerializerOptions Deep => field ??= new(SerializerOptions) { MaxDepth = MaxDepth };

    /// <summary>How deep any body may be nested.</summary>
    private const int MaxDepth = 64;
}

/// <summary>A body with JSON in it that nobody has seen before, such as a result: refused for its depth, it would take what comes with it along.</summary>
internal interface IDeepJson;
