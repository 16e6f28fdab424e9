using Microsoft.Extensions.Primitives;
using TaskApi.AspNetCore.Http.Headers;

namespace TaskApi.Tests.Web;

public sealed class PreferencesTests
{
    [Theory]
    [InlineData("wait=10", 10)]
    [InlineData("wait=0", 0)]
    [InlineData("WAIT=10", 10)]
    [InlineData("wait = 10", 10)]
    [InlineData("\twait\t=\t10 ", 10)]
    [InlineData("wait=\"10\"", 10)]
    [InlineData("wait=010", 10)]
    [InlineData("respond-async, wait=10", 10)]
    [InlineData("respond-async,wait=10,return=minimal", 10)]
    [InlineData("wait=10; a=b; c", 10)]
    [InlineData("handling=lenient; a=\"x, wait=3\", wait=10", 10)]
    [InlineData("a=\"x\\\", wait=3\", wait=10", 10)]
    [InlineData("wait=10, wait=20", 10)]
    [InlineData("wait=soon, wait=20", 20)]
    [InlineData(",, wait=10,", 10)]
    [InlineData("wait=99999999999999999999", int.MaxValue)]
    public void Prefer_WithWait_GivesSeconds(string header, int expected)
    {
        Assert.True(Preferences.TryGetWait(header, out var seconds));
        Assert.Equal(expected, seconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("wait")]
    [InlineData("wait=")]
    [InlineData("wait=\"\"")]
    [InlineData("wait=-1")]
    [InlineData("wait=+1")]
    [InlineData("wait=1.5")]
    [InlineData("wait=1 0")]
    [InlineData("wait=\"10")]
    [InlineData("wait 10")]
    [InlineData("waiting=10")]
    [InlineData("respond-async; wait=10")]
    [InlineData("=10")]
    [InlineData("x=\"wait=10")]
    public void Prefer_WithoutAProperWait_IsIgnored(string header) => Assert.False(Preferences.TryGetWait(header, out _));

    [Fact]
    public void Prefer_OnSeveralLines_CountsAsOne()
    {
        Assert.True(Preferences.TryGetWait(new StringValues(["respond-async", null, "wait=5"]), out var seconds));
        Assert.Equal(5, seconds);
    }

    [Fact]
    public void Prefer_Absent_GivesNone() => Assert.False(Preferences.TryGetWait(StringValues.Empty, out _));
}
