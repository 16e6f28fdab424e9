using System.Text;
using TaskApi.Rules;

namespace TaskApi.Tests.Engine;

/// <summary>What is shown of inputs with credentials in them.</summary>
public sealed class HttpCallMaskTests
{
    [Theory]
    [InlineData("http", """{"headers":{"X-Key":"a","X":"b","Cookie":["c",{"d":1}]},"url":"u"}""", """{"headers":{"X-Key":"***","X":"b","Cookie":"***"},"url":"u"}""")]
    [InlineData("http", """{ "headers" : { "X-\u004bey" : "a" } }""", """{ "headers" : { "X-\u004bey" : "***" } }""")]
    [InlineData("http", """{"tasks":[{"type":"http","input":{"headers":{"X-Key":"a"}}}],"body":{"headers":{"X-Key":"a"}}}""", null)]
    [InlineData("gather", """{"headers":{"X-Key":"a"},"ids":[]}""", null)]
    [InlineData("gather", """{"tasks":[{"input":{"headers":{"X-Key":"a"}}},{"type":"resize","input":{"headers":{"X-Key":"a"}}}]}""", null)]
    [InlineData("gather", """{"tasks":[null,5,{"type":null,"input":null,"callback":null},{"type":"http","input":{"headers":{"X-Key":"a"}}}]}""", """{"tasks":[null,5,{"type":null,"input":null,"callback":null},{"type":"http","input":{"headers":{"X-Key":"***"}}}]}""")]
    [InlineData("gather", """{"tasks":{"headers":[]}}""", null)]
    [InlineData("resize", """{"headers":{"X-Key":"a"}}""", null)]
    [InlineData("http", """{"headers":5}""", null)]
    [InlineData("http", """["headers"]""", null)]
    [InlineData("http", """{"headers":{"X-Key":"a"}""", "null")]
    [InlineData("http", """{"headers":{"\ud800":"a"}}""", "null")]
    public void Mask_OfAnInput_HidesTheCredentialsAndLeavesTheRest(string type, string input, string? shown)
    {
        ReadOnlyMemory<byte> given = Encoding.UTF8.GetBytes(input);

        var masked = HttpCallMask.Mask(type, given);

        Assert.Equal(shown ?? input, Encoding.UTF8.GetString(masked.Span));
        Assert.Equal(shown is null, masked.Equals(given));
    }
}
