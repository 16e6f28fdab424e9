using System.Globalization;
using System.Text.Json;

namespace TaskApi.Tests.Infrastructure;

/// <summary>Reads the members of a task, or of any other answer, from its JSON.</summary>
public static class TaskJson
{
    // An input may have 64 levels, which is as deep as a document may be unless it says otherwise; a list of lists of results any number.
    private static readonly JsonDocumentOptions _deep = new() { MaxDepth = int.MaxValue };

    /// <summary>Parses an answer.</summary>
    public static JsonElement Parse(string json) => JsonElement.Parse(json, _deep);

    /// <summary>A string member, which may be null but must be there.</summary>
    public static string? Text(this JsonElement json, string name) => json.GetProperty(name).GetString();

    /// <summary>A number.</summary>
    public static double Number(this JsonElement json, string name) => json.GetProperty(name).GetDouble();

    /// <summary>The task's id.</summary>
    public static string Id(this JsonElement task) => task.Text("id")!;

    /// <summary>The task's status.</summary>
    public static string Status(this JsonElement task) => task.Text("status")!;

    /// <summary>An instant, in the one form that the contract allows.</summary>
    public static DateTimeOffset Instant(this JsonElement json, string name)
    {
        var text = json.Text(name);
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", text);
        return DateTimeOffset.Parse(text!, CultureInfo.InvariantCulture);
    }

    /// <summary>An instant in the form that the contract's answers have.</summary>
    public static string Rfc3339(this DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>The names of an object's members.</summary>
    public static IEnumerable<string> Members(this JsonElement json) => json.EnumerateObject().Select(static member => member.Name);

    /// <summary>The elements of an array member.</summary>
    public static IReadOnlyList<JsonElement> Items(this JsonElement json, string name) => [.. json.GetProperty(name).EnumerateArray()];
}
