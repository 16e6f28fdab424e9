using System.Net;
using TaskApi.AspNetCore.Delivery;

namespace TaskApi.Tests.Work.Http;

public sealed class PublicAddressTests
{
    [Theory]
    [InlineData("1.1.1.1", true)]
    [InlineData("9.255.255.255", true)]
    [InlineData("11.0.0.0", true)]
    [InlineData("100.63.255.255", true)]
    [InlineData("100.64.0.0", false)]
    [InlineData("100.127.255.255", false)]
    [InlineData("172.15.255.255", true)]
    [InlineData("172.31.255.255", false)]
    [InlineData("172.32.0.0", true)]
    [InlineData("192.0.0.8", false)]
    [InlineData("198.18.0.1", false)]
    [InlineData("198.51.100.7", false)]
    [InlineData("203.0.113.9", false)]
    [InlineData("223.255.255.255", true)]
    [InlineData("224.0.0.0", false)]
    [InlineData("240.0.0.1", false)]
    [InlineData("2606:4700:4700::1111", true)]
    [InlineData("::ffff:1.1.1.1", true)]
    [InlineData("::ffff:10.0.0.1", false)]
    [InlineData("64:ff9b::101:101", true)]
    [InlineData("64:ff9b::a00:1", false)]
    [InlineData("64:ff9b:1::101:101", false)]
    [InlineData("::1.1.1.1", false)]
    [InlineData("2001::1", false)]
    [InlineData("2001:db8::1", false)]
    [InlineData("2002:101:101::", false)]
    [InlineData("3fff::1", false)]
    [InlineData("4000::1", false)]
    [InlineData("fd00::1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fec0::1", false)]
    [InlineData("ff02::1", false)]
    public void IsPublic_ForAnAddress_IsAsTheRegistriesSay(string address, bool isPublic) => Assert.Equal(isPublic, PublicAddress.IsPublic(PublicAddress.Bare(IPAddress.Parse(address))));
}
