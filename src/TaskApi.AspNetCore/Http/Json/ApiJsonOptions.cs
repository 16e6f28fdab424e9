using System.Text.Json;

namespace TaskApi.AspNetCore.Http.Json;

/// <summary>How the API reads and writes JSON. Its own options: those of the program that the API is part of are that program's.</summary>
internal sealed class ApiJsonOptions
{
    /// <summary>What the serializer goes by; not to be changed any more once it is used.</summary>
    public JsonSerializerOptions SerializerOptions { get; } = new(JsonSerializerDefaults.Web);

    /// <summary>How deep a body may be nested, not counting what values of any shape in it are: those have a bound of their own.</summary>
    public int MaxDepth
    {
        get;
        set => SerializerOptions.MaxDepth = (field = value) + RawJson.MaxDepth;
    }
}
