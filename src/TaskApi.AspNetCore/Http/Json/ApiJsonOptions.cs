using System.Text.Json;

namespace TaskApi.AspNetCore.Http.Json;

/// <summary>How the API reads and writes JSON. Its own options: those of the program that the API is part of are that program's.</summary>
internal sealed class ApiJsonOptions
{
    /// <summary>What the serializer goes by; not to be changed any more once it is used.</summary>
    public JsonSerializerOptions SerializerOptions { get; } = new(JsonSerializerDefaults.Web);
}
