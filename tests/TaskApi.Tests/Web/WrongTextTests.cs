using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Web;

/// <summary>What is said of values that aren't the texts that they must be.</summary>
public sealed class WrongTextTests : EndpointTests
{
    private const string Text = "must be a string, in valid UTF-8 and without lone surrogates.";

    [Theory]
    [InlineData("/work/heartbeat", """{"worker":"w","leases":[{"token":5}]}""", "leases[0].token", Text)]
    [InlineData("/work/heartbeat", """{"worker":"w","leases":[{"token":"\ud800"}]}""", "leases[0].token", Text)]
    [InlineData("/work/finish", """{"outcomes":[{"token":{},"result":1}]}""", "outcomes[0].token", Text)]
    [InlineData("/tasks", """{"message":5}""", "message", Text)]
    [InlineData("/tasks", """{"\ud800":1}""", "body", "must be JSON in valid UTF-8 without lone surrogates.")]
    [InlineData("/tasks/batch", """[{"\ud800":1}]""", "[0]", "must be JSON in valid UTF-8 without lone surrogates.")]
    [InlineData("/tasks/batch", """[5]""", "[0]", "must be an object.")]
    public async Task Text_ThatIsNone_IsAnsweredWithWhatItMustBe(string path, string body, string field, string rule)
    {
        var refused = (await Post(path, body)).IsInvalid(field);

        Assert.Equal([rule], refused.Json.GetProperty("errors").Items(field).Select(static sentence => sentence.GetString()));
    }
}
