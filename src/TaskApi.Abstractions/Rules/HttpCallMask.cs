using System.Runtime.InteropServices;
using System.Text.Json;

namespace TaskApi.Rules;

/// <summary>What is shown of the credentials that a call of a URL carries: that they are there.</summary>
internal static class HttpCallMask
{
    /// <summary>What stands in their place.</summary>
    public const string Masked = "***";

    private static readonly string[] _telling = ["auth", "cookie", "token", "secret", "password", "passwd", "credential", "key", "signature", "session"];
    private static readonly byte[] _unreadable = "null"u8.ToArray();

    /// <summary>True for the headers that may hold a credential.</summary>
    public static bool IsCredential(string header) => Array.Exists(_telling, word => header.Contains(word, StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// The input of a task as it is shown: of type <c>http</c> without the credentials of its call, of type <c>gather</c> without those of the tasks that are
    /// created with it, of another type as it is. The very same memory if there are none. Never throws: what can't be read is shown as null.
    /// </summary>
    public static ReadOnlyMemory<byte> Mask(string type, ReadOnlyMemory<byte> input)
    {
        if (type is not (WorkTypes.Http or WorkTypes.Gather) || !MayHaveHeaders(input.Span))
            return input;
        try
        {
            using var document = JsonDocument.Parse(input, ResultJson.Reading);
            var places = new Places(input);
            AddInput(places, document.RootElement, isHttp: type == WorkTypes.Http, isGather: type == WorkTypes.Gather);
            return places.Mask();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return _unreadable;
        }
    }

    // A name may be escaped.
    private static bool MayHaveHeaders(ReadOnlySpan<byte> json) => json.IndexOf("\"headers\""u8) >= 0 || json.Contains((byte)'\\');

    private static void AddInput(Places places, JsonElement input, bool isHttp, bool isGather)
    {
        if (input.ValueKind != JsonValueKind.Object)
            return;
        foreach (var member in input.EnumerateObject())
        {
            if (isHttp && member.NameEquals("headers"u8))
                AddHeaders(places, member.Value);
            else if (isGather && member.NameEquals("tasks"u8) && member.Value.ValueKind == JsonValueKind.Array)
                AddTasks(places, member.Value);
        }
    }

    private static void AddTasks(Places places, JsonElement tasks)
    {
        foreach (var task in tasks.EnumerateArray())
        {
            if (task.ValueKind != JsonValueKind.Object)
                continue;
            var type = task.TryGetProperty("type"u8, out var given) && given.ValueKind == JsonValueKind.String ? given : default(JsonElement?);
            foreach (var member in task.EnumerateObject())
            {
                if (member.NameEquals("input"u8))
                    AddInput(places, member.Value, type?.ValueEquals(WorkTypes.Http) is true, type?.ValueEquals(WorkTypes.Gather) is true);
                else if (member.NameEquals("callback"u8))
                    AddInput(places, member.Value, isHttp: true, isGather: false);
            }
        }
    }

    private static void AddHeaders(Places places, JsonElement headers)
    {
        if (headers.ValueKind != JsonValueKind.Object)
            return;
        foreach (var header in headers.EnumerateObject())
        {
            if (IsCredential(header.Name))
                places.Add(header.Value);
        }
    }

    /// <summary>Where the credentials stand in an input, in their order.</summary>
    private sealed class Places(ReadOnlyMemory<byte> input)
    {
        private static readonly byte[] _masked = System.Text.Encoding.UTF8.GetBytes($"\"{Masked}\"");

        private readonly List<(int Start, int Length)> _places = [];

        public void Add(JsonElement value)
        {
            var text = JsonMarshal.GetRawUtf8Value(value);
            input.Span.Overlaps(text, out var start);
            _places.Add((start, text.Length));
        }

        /// <summary>The input with something else in their place.</summary>
        public ReadOnlyMemory<byte> Mask()
        {
            if (_places.Count == 0)
                return input;
            using var shown = new MemoryStream(input.Length);
            var end = 0;
            foreach (var (start, length) in _places)
            {
                shown.Write(input.Span[end..start]);
                shown.Write(_masked);
                end = start + length;
            }

            shown.Write(input.Span[end..]);
            return shown.ToArray();
        }
    }
}
