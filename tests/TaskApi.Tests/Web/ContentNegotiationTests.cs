using Microsoft.Extensions.Primitives;
using TaskApi.AspNetCore.Http.Headers;

namespace TaskApi.Tests.Web;

public sealed class ContentNegotiationTests
{
    private static readonly string[] _offered = ["application/json", "text/plain"];

    [Theory]
    [InlineData("*/*")]
    [InlineData("application/json")]
    [InlineData("application/*")]
    [InlineData("APPLICATION/JSON")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("application/json, text/plain, */*")]
    [InlineData("text/plain;q=0.5, application/json;q=0.6")]
    [InlineData("text/plain;q=0, */*")]
    [InlineData("text/plain;q=0.8, */*")]
    [InlineData("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")]
    [InlineData("")]
    [InlineData("nonsense")]
    public void Accept_ThatLikesJsonBest_GivesJson(string accept) => Assert.Equal(0, ContentNegotiation.Choose(accept, _offered));

    [Theory]
    [InlineData("text/plain")]
    [InlineData("text/*")]
    [InlineData("text/plain, application/json")]
    [InlineData("text/plain, */*")]
    [InlineData("application/json;q=0.4, text/plain;q=0.5")]
    [InlineData("application/json;q=0, */*")]
    [InlineData("text/html, text/plain;q=0.1")]
    [InlineData("application/*;q=0.2, text/*;q=0.3")]
    public void Accept_ThatLikesTextBest_GivesText(string accept) => Assert.Equal(1, ContentNegotiation.Choose(accept, _offered));

    [Theory]
    [InlineData("image/png")]
    [InlineData("*/*;q=0")]
    [InlineData("application/json;q=0, text/plain;q=0.0")]
    [InlineData("application/json;q=0, text/*;q=0, */*")]
    [InlineData("application/problem+json")]
    public void Accept_ThatTakesNeither_GivesNone(string accept) => Assert.Equal(-1, ContentNegotiation.Choose(accept, _offered));

    [Fact]
    public void Accept_OnSeveralLines_CountsAsOne() =>
        Assert.Equal(1, ContentNegotiation.Choose(new StringValues(["application/json;q=0.1", "text/plain"]), _offered));

    [Fact]
    public void Accept_Absent_GivesTheFirstOffered() => Assert.Equal(0, ContentNegotiation.Choose(StringValues.Empty, _offered));
}
