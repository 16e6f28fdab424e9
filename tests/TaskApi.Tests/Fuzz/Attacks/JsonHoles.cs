using System.Text.Json.Nodes;

namespace TaskApi.Tests.Fuzz.Attacks;

/// <summary>A JSON text with a hole where a value or a name was, to be filled with anything.</summary>
/// <param name="Name">Where the hole is.</param>
/// <param name="Text">The text with its hole.</param>
/// <param name="Names">For the hole of a name: the name that was there and its neighbours', quotes included.</param>
internal sealed record JsonHole(string Name, string Text, IReadOnlyList<string> Names)
{
    /// <summary>Holds the place.</summary>
    public const string Mark = "~hole~";

    /// <summary>The text with <paramref name="what"/> in the hole.</summary>
    public string Fill(string what) => Text.Replace($"\"{Mark}\"", what, StringComparison.Ordinal);
}

/// <summary>Makes holes in JSON.</summary>
internal static class JsonHoles
{
    /// <summary>One for each value of <paramref name="json"/>, itself included, and one for each of <paramref name="members"/> that its outermost objects don't have.</summary>
    public static IEnumerable<JsonHole> Values(string json, IEnumerable<string> members)
    {
        foreach (var path in Places(JsonNode.Parse(json), []))
            yield return Change(json, path, static (parent, step) => Set(parent, step, JsonHole.Mark));
        object[] outermost = JsonNode.Parse(json) is JsonArray ? [0] : [];
        foreach (var member in members.Where(member => Find(JsonNode.Parse(json)!, outermost) is JsonObject one && !one.ContainsKey(member)))
            yield return Change(json, [.. outermost, member], static (parent, step) => Set(parent, step, JsonHole.Mark));
    }

    /// <summary>One for each name in <paramref name="json"/> instead of it, and one beside it.</summary>
    public static IEnumerable<JsonHole> Names(string json)
    {
        foreach (var path in Places(JsonNode.Parse(json), []).Where(static path => path is [.., string]))
        {
            yield return Change(json, path, static (parent, step) => Rename((JsonObject)parent, (string)step, keep: false));
            yield return Change(json, path, static (parent, step) => Rename((JsonObject)parent, (string)step, keep: true), " again");
        }
    }

    private static JsonHole Change(string json, object[] path, Action<JsonNode, object> change, string kind = "")
    {
        var name = $"/{string.Join('/', path)}{kind}";
        if (path.Length == 0)
            return new(name, $"\"{JsonHole.Mark}\"", []);
        var root = JsonNode.Parse(json)!;
        var parent = Find(root, path[..^1])!;
        string[] names = parent is JsonObject one ? [.. one.Select(static member => $"\"{member.Key}\"")] : [];
        change(parent, path[^1]);
        return new(name, root.ToJsonString(), names);
    }

    // Of the elements of an array the first and the last: those between are like them.
    private static IEnumerable<object[]> Places(JsonNode? node, object[] path)
    {
        yield return path;
        var children = node switch
        {
            JsonObject one => one.Select(static member => ((object)member.Key, member.Value)),
            JsonArray many => many.Index().Where(item => item.Index == 0 || item.Index == many.Count - 1).Select(static item => ((object)item.Index, item.Item)),
            _ => [],
        };
        foreach (var place in children.SelectMany(child => Places(child.Item2, [.. path, child.Item1])))
            yield return place;
    }

    private static JsonNode? Find(JsonNode root, object[] path) =>
        path.Aggregate((JsonNode?)root, static (node, step) => step is int index ? node!.AsArray()[index] : node!.AsObject()[(string)step]);

    private static void Set(JsonNode parent, object step, string value)
    {
        if (step is int index)
            parent.AsArray()[index] = value;
        else
            parent.AsObject()[(string)step] = value;
    }

    private static void Rename(JsonObject parent, string name, bool keep)
    {
        var value = parent[name]!.DeepClone();
        if (!keep)
            parent.Remove(name);
        parent[JsonHole.Mark] = value;
    }
}
