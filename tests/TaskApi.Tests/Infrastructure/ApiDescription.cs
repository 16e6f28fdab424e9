using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace TaskApi.Tests.Infrastructure;

/// <summary>The service's OpenAPI document, as a client gets it.</summary>
public sealed class ApiDescription
{
    private static readonly Lazy<Task<ApiDescription>> _current = new(Load);

    private readonly ConcurrentDictionary<string, JsonSchema> _schemas = new(StringComparer.Ordinal);

    private ApiDescription(string text)
    {
        Text = text;
        Json = JsonElement.Parse(text);
        Operations =
        [
            .. from path in Json.GetProperty("paths").EnumerateObject()
               from operation in path.Value.EnumerateObject()
               select new DescribedOperation(this, path.Name, operation.Name.ToUpperInvariant(), operation.Value),
        ];
    }

    /// <summary>The document as it was sent.</summary>
    public string Text { get; }

    /// <summary>The document.</summary>
    public JsonElement Json { get; }

    /// <summary>Every operation.</summary>
    public IReadOnlyList<DescribedOperation> Operations { get; }

    /// <summary>The document: it is the same for every service, so it is asked for once.</summary>
    public static Task<ApiDescription> Current => _current.Value;

    /// <summary>What the element is, or refers to.</summary>
    public JsonElement Resolve(JsonElement element)
    {
        while (element.ValueKind == JsonValueKind.Object && element.TryGetProperty("$ref", out var reference))
        {
            var path = reference.GetString()!;
            Assert.StartsWith("#/", path, StringComparison.Ordinal);
            element = path[2..].Split('/').Aggregate(Json, static (parent, name) => parent.GetProperty(name));
        }

        return element;
    }

    /// <summary>What is wrong with a value that a schema of the document is for, each with the place in it; empty if nothing is.</summary>
    public IEnumerable<string> Faults(JsonElement schema, JsonElement value) => Schema(schema).Faults(value, "$");

    /// <summary>A schema of the document; each is read once.</summary>
    internal JsonSchema Schema(JsonElement schema) => _schemas.GetOrAdd(schema.GetRawText(), _ => new(this, Resolve(schema)));

    /// <summary>The operation that a call is for; null if there is no such path, or not with this method.</summary>
    public DescribedOperation? Find(HttpMethod method, string path)
    {
        var name = method == HttpMethod.Head ? HttpMethod.Get.Method : method.Method;
        // What is written out goes before what has a parameter: stats is no id.
        var template = Operations.Where(operation => operation.Matches(path)).MinBy(static operation => operation.Path.Count(static c => c == '{'))?.Path;
        return Operations.SingleOrDefault(operation => operation.Path == template && operation.Method == name);
    }

    private static async Task<ApiDescription> Load()
    {
        await using var api = new TaskApiFactory();
        using var client = api.CreateDefaultClient();
        return new(await client.GetStringAsync(new Uri("/swagger/v1/swagger.json", UriKind.Relative)));
    }
}

/// <summary>An operation of the document.</summary>
public sealed class DescribedOperation
{
    // What a streamed body is answered with, set apart for the sake of generated clients.
    private const string StreamedAnswer = "x-answer-200-streamed";

    private readonly Regex _paths;

    /// <summary>Reads one.</summary>
    public DescribedOperation(ApiDescription description, string path, string method, JsonElement json)
    {
        (Description, Path, Method, Json) = (description, path, method, json);
        Parameters = json.TryGetProperty("parameters", out _) ? json.Items("parameters") : [];
        Bodies = json.TryGetProperty("requestBody", out var body) ? [.. body.GetProperty("content").EnumerateObject()] : [];
        Responses = json.GetProperty("responses").EnumerateObject().Concat(json.EnumerateObject().Where(static member => member.Name == StreamedAnswer))
            .ToDictionary(static response => response.Name == StreamedAnswer ? 200 : int.Parse(response.Name, CultureInfo.InvariantCulture), response => description.Resolve(response.Value));
        _paths = new("^" + Regex.Replace(path, @"\{[^}]*\}", "[^/]+", RegexOptions.None, TimeSpan.FromSeconds(1)) + "/?$", RegexOptions.None, TimeSpan.FromSeconds(1));
    }

    /// <summary>The document that it is in.</summary>
    public ApiDescription Description { get; }

    /// <summary>Its path, with parameters in braces.</summary>
    public string Path { get; }

    /// <summary>Its method, in capitals.</summary>
    public string Method { get; }

    /// <summary>All that is said of it.</summary>
    public JsonElement Json { get; }

    /// <summary>Its id.</summary>
    public string Id => Json.Text("operationId")!;

    /// <summary>Its parameters.</summary>
    public IReadOnlyList<JsonElement> Parameters { get; }

    /// <summary>The media types of its body; empty if it takes none.</summary>
    public IReadOnlyList<JsonProperty> Bodies { get; }

    /// <summary>Its responses by status.</summary>
    public IReadOnlyDictionary<int, JsonElement> Responses { get; }

    /// <summary>True if a path is one of this operation.</summary>
    public bool Matches(string path) => _paths.IsMatch(path);

    /// <inheritdoc/>
    public override string ToString() => $"{Method} {Path}";
}
