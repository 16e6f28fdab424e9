using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace TaskApi.AspNetCore.Http.Json;

/// <summary>How this service reads and writes JSON: camelCase, and strict about everything it is sent.</summary>
internal static class JsonConventions
{
    /// <summary>Sets <paramref name="options"/> up with the contracts that <paramref name="contracts"/> knows.</summary>
    public static void Apply(JsonSerializerOptions options, IJsonTypeInfoResolver contracts)
    {
        options.TypeInfoResolver = contracts;
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.PropertyNameCaseInsensitive = false;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.AllowDuplicateProperties = false;
        options.NumberHandling = JsonNumberHandling.Strict;
        // Bodies are never put into a page as they are: text stays as readable as it came.
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.Converters.Add(new InstantConverter());
    }
}
