using System.Net.Http.Headers;
using TaskApi.AspNetCore.Security;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Security;

/// <summary>Base of the tests of a service with two callers, north and south, each with a key.</summary>
public abstract class KeyedServiceTests(params (string Key, string Value)[] settings) : EndpointTests([.. Keys, .. settings])
{
    protected static readonly string NorthKey = ApiKeyText.NewKey();
    protected static readonly string SouthKey = ApiKeyText.NewKey();

    private static (string Key, string Value)[] Keys =>
    [
        ("Security:ApiKeys:0:Name", "north"),
        ("Security:ApiKeys:0:Hash", ApiKeyText.Hash(NorthKey)),
        ("Security:ApiKeys:1:Name", "south"),
        ("Security:ApiKeys:1:Hash", ApiKeyText.Hash(SouthKey).ToUpperInvariant()),
    ];

    protected Task<Reply> North(HttpMethod method, string path, string? json = null, params (string Name, string Value)[] headers) =>
        Send(method, path, json is null ? null : Content(json), [("Authorization", $"Bearer {NorthKey}"), .. headers]);

    protected Task<Reply> South(HttpMethod method, string path, string? json = null, params (string Name, string Value)[] headers) =>
        Send(method, path, json is null ? null : Content(json), [("X-Api-Key", SouthKey), .. headers]);

    /// <summary>A client that brings a key with each call.</summary>
    protected HttpClient ClientOf(string key)
    {
        var client = Api.CreateTestClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }
}
