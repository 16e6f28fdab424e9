using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using TaskApi.AspNetCore.Http.Callers;

namespace TaskApi.Tests.Web;

public sealed class CallerTests
{
    [Theory]
    [InlineData("192.0.2.7", "192.0.2.7")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::")]
    [InlineData("2001:db8:1:2:ffff::1", "2001:db8:1:2::")]
    [InlineData("::ffff:192.0.2.7", "::ffff:192.0.2.7")]
    public void CallerId_WithoutAKey_IsTheNetworkThatCalls(string address, string expected)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(address);
        Assert.Equal(expected, context.CallerId());
    }

    [Fact]
    public void CallerId_WithAKey_IsItsName()
    {
        var context = new DefaultHttpContext { User = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, "north")], "ApiKey")) };
        context.Connection.RemoteIpAddress = IPAddress.Loopback;
        Assert.Equal(("north", "north"), (context.CallerId(), context.Owner()));
    }

    [Fact]
    public void CallerId_OfASocketInTheFileSystem_IsEmpty() => Assert.Equal("", new DefaultHttpContext().CallerId());
}
