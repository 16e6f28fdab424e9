using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace TaskApi.Tests.Infrastructure;

/// <summary>The service's OpenAPI document, as a client gets it.</summary>
public sealed class ApiDescription
{
    private static readonly Lazy<Task<ApiDescription>> _current = new(Load);

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
public sealed record DescribedOperation(ApiDescription Description, string Path, string Method, JsonElement Json)
{
    // What a streamed body is answered with, set apart for the sake of generated clients.
    private const string StreamedAnswer = "x-answer-200-streamed";

    /// <summary>Its id.</summary>
    public string Id => Json.Text("operationId")!;

    /// <summary>Its parameters.</summary>
    public IReadOnlyList<JsonElement> Parameters => Json.TryGetProperty("parameters", out _) ? Json.Items("parameters") : [];

    /// <summary>The media types of its body; empty if it takes none.</summary>
    public IReadOnlyList<JsonProperty> Bodies => Json.TryGetProperty("requestBody", out var body) ? [.. body.GetProperty("content").EnumerateObject()] : [];

    /// <summary>Its responses by status.</summary>
    public IReadOnlyDictionary<int, JsonElement> Responses =>
        Json.GetProperty("responses").EnumerateObject().Concat(Json.EnumerateObject().Where(static member => member.Name == StreamedAnswer))
            .ToDictionary(static response => response.Name == StreamedAnswer ? 200 : int.Parse(response.Name, CultureInfo.InvariantCulture), response => Description.Resolve(response.Value));

    /// <summary>True if a path is one of this operation.</summary>
    public bool Matches(string path) => Regex.IsMatch(path, "^" + Regex.Replace(Path, @"\{[^}]*\}", "[^/]+", RegexOptions.None, TimeSpan.FromSeconds(1)) + "/?$", RegexOptions.None, TimeSpan.FromSeconds(1));

    /// <inheritdoc/>
    public override string ToString() => $"{Method} {Path}";
}
