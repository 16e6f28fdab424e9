using TaskApi.AspNetCore.Http.Problems;

namespace TaskApi.Tests.Web;

public sealed class NearestNameTests
{
    private static readonly string[] _known = ["status", "group", "name", "order", "limit", "cursor", "waitSeconds"];

    [Theory]
    [InlineData("staus", "status")]
    [InlineData("STATUS", "status")]
    [InlineData("statuss", "status")]
    [InlineData("satus", "status")]
    [InlineData("tsatus", "status")]
    [InlineData("gruop", "group")]
    [InlineData("wait", "waitSeconds")]
    [InlineData("waitSec", "waitSeconds")]
    [InlineData("curser", "cursor")]
    [InlineData("pretty", null)]
    [InlineData("x", null)]
    [InlineData("", null)]
    public void Name_Mistyped_IsFound(string name, string? meant) => Assert.Equal(meant, NearestName.Of(name, _known));

    [Fact]
    public void Name_OfAnyLength_IsNotComparedForLong() => Assert.Null(NearestName.Of(new string('s', 1_000_000), _known));
}
