using System.Text.Json;
using System.Text.RegularExpressions;

namespace TaskApi.Tests.Samples;

/// <summary>samples/taskapi.http: every call is in it, and every request in it succeeds when they are sent in order.</summary>
public sealed class HttpFileTests(SampleService service) : IClassFixture<SampleService>
{
    private static readonly IReadOnlyList<FileRequest> _requests = HttpFile.Read(RepositoryFile.Read("samples/taskapi.http"));

    [Fact]
    public async Task Requests_SentInOrder_Succeed()
    {
        var answers = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        using var client = new HttpClient();
        foreach (var request in _requests)
        {
            using var message = request.ToMessage(text => HttpFile.Fill(text, service.Address.ToString().TrimEnd('/'), answers));
            // The stream of events has no end: its head has to do.
            using var response = await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
            Assert.True(response.IsSuccessStatusCode, $"{request.Title}: {(int)response.StatusCode}");
            if (request.Name is { } name)
                answers[name] = JsonElement.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public void Calls_AreAllInIt()
    {
        Assert.All(service.Calls, static call => Assert.Contains(_requests, request => IsOf(call, request)));
    }

    private static bool IsOf((string Method, string Path) call, FileRequest request)
    {
        var path = request.Url.Replace("{{baseUrl}}", "", StringComparison.Ordinal).Split('?')[0];
        var pattern = $"^{Regex.Escape(call.Path).Replace(@"\{id}", @"\{\{[^}]*}}", StringComparison.Ordinal).Replace(@"\{name}", "[a-z-]+", StringComparison.Ordinal)}$";
        return request.Method == call.Method && Regex.IsMatch(path, pattern, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(5));
    }
}
