using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace TaskApi.Tests.Samples;

/// <summary>A request of a .http file.</summary>
internal sealed record FileRequest(string Title, string? Name, string Method, string Url, IReadOnlyList<string> Headers, string Body)
{
    /// <summary>The request, with its variables filled in.</summary>
    /// <param name="fill">Fills in the variables of a text.</param>
    public HttpRequestMessage ToMessage(Func<string, string> fill)
    {
        var message = new HttpRequestMessage(new HttpMethod(Method), new Uri(fill(Url)));
        if (Body.Length > 0)
            message.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(fill(Body)));
        foreach (var header in Headers)
        {
            var (name, value) = (header[..header.IndexOf(':', StringComparison.Ordinal)], header[(header.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim());
            if (name == "Content-Type")
                message.Content!.Headers.ContentType = MediaTypeHeaderValue.Parse(value);
            else
                message.Headers.Add(name, value);
        }

        return message;
    }
}

/// <summary>What editors make of a .http file: requests between lines of three hashes, and variables in double braces.</summary>
internal static partial class HttpFile
{
    /// <summary>The requests of a file, in order.</summary>
    public static IReadOnlyList<FileRequest> Read(string text) => [.. text.Split("\n### ").Skip(1).Select(ReadRequest)];

    /// <summary>Fills in <c>{{baseUrl}}</c>, and members of earlier answers by their path: <c>{{name.response.body.$.tasks[0].id}}</c>.</summary>
    public static string Fill(string text, string baseUrl, IReadOnlyDictionary<string, JsonElement> answers) =>
        Variable().Replace(text, match => match.Groups["name"].Value is "baseUrl"
            ? baseUrl
            : Find(answers[match.Groups["name"].Value], match.Groups["path"].Value).GetString()!);

    private static FileRequest ReadRequest(string block)
    {
        var lines = block.Split('\n');
        var name = lines.FirstOrDefault(static line => line.StartsWith("# @name ", StringComparison.Ordinal))?["# @name ".Length..];
        var request = lines.Skip(1).SkipWhile(static line => line.StartsWith('#')).ToList();
        var headers = request.Skip(1).TakeWhile(static line => line.Length > 0).ToList();
        var body = string.Join('\n', request.Skip(headers.Count + 2)).Trim('\n');
        var words = request[0].Split(' ');
        return new FileRequest(lines[0], name, words[0], words[1], headers, body);
    }

    private static JsonElement Find(JsonElement json, string path)
    {
        foreach (var step in path.Split(['.', '[', ']'], StringSplitOptions.RemoveEmptyEntries))
            json = char.IsAsciiDigit(step[0]) ? json[step[0] - '0'] : json.GetProperty(step);
        return json;
    }

    [GeneratedRegex(@"\{\{(?<name>\w+)(\.response\.body\.\$(?<path>[\w.\[\]]+))?\}\}", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 5000)]
    private static partial Regex Variable();
}
