using Microsoft.Extensions.Primitives;
using TaskApi.AspNetCore.Idempotency;

namespace TaskApi.Tests.Web;

public sealed class IdempotencyKeyHeaderTests
{
    public static TheoryData<string> Malformed => new(
        "", " ", "a b", "\"a b\"", "ä", "a\u007fb", "a\tb", "\"", "\"\"", "\"a", "\"a\"b", "\"a\" ;x=1", "\"a\\b\"", "\"a\\", "\"a\\\"", new string('a', 256), $"\"{new string('a', 256)}\"");

    [Theory]
    [InlineData("a", "a")]
    [InlineData("8e03978e-40d5-43dd-bc93-6894a57f9324", "8e03978e-40d5-43dd-bc93-6894a57f9324")]
    [InlineData("\"8e03978e\"", "8e03978e")]
    [InlineData(" \"8e03978e\"\t", "8e03978e")]
    [InlineData("!~,;=", "!~,;=")]
    [InlineData("a\"b\\c", "a\"b\\c")]
    [InlineData("\"a\\\"b\\\\c\"", "a\"b\\c")]
    public void Key_WellFormed_IsTakenWithoutItsQuotes(string header, string expected)
    {
        Assert.True(IdempotencyKeyHeader.TryParse(header, out var key));
        Assert.Equal(expected, key);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Key_OfGreatestLength_IsTaken(bool isQuoted)
    {
        var longest = new string('k', 255);
        Assert.True(IdempotencyKeyHeader.TryParse(isQuoted ? $"\"{longest}\"" : longest, out var key));
        Assert.Equal(longest, key);
    }

    [Theory]
    [MemberData(nameof(Malformed))]
    public void Key_Malformed_IsRefused(string header) => Assert.False(IdempotencyKeyHeader.TryParse(header, out _));

    [Fact]
    public void Key_GivenTwice_IsRefused() => Assert.False(IdempotencyKeyHeader.TryParse(new StringValues(["a", "a"]), out _));

    [Fact]
    public void Key_NotGiven_IsRefused() => Assert.False(IdempotencyKeyHeader.TryParse(StringValues.Empty, out _));
}
