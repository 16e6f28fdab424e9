namespace TaskApi.Tests.Work.Http;

/// <summary>Headers are sent as they were given, also where .NET can't read them.</summary>
public sealed class HttpHeaderTests : HttpTaskTests
{
    [Theory]
    [InlineData("User-Agent", "Acme: bot", "Acme: bot")]
    [InlineData("Content-Type", "json", "json")]
    [InlineData("X-Other", "1", "TaskApi")]
    public async Task Header_InAFormOfItsOwn_IsTheOnlyOneOfItsName(string name, string value, string sent)
    {
        await using var receiver = new Receiver();

        await CallOnce(receiver.Url, $$""" "headers":{"{{name}}":"{{value}}"},"body":1 """);

        var headers = Assert.Single(receiver.Requests).Headers;
        Assert.Equal(sent, headers[name == "X-Other" ? "user-agent" : name.ToLowerInvariant()]);
    }
}
