using TaskApi.Engine.Model;

namespace TaskApi.Tests.Work;

public sealed class LeaseTokenTests
{
    private static readonly LeaseToken _token = new(Guid.Parse("018f3c5e-0000-7000-8000-000000000001"), 7, UInt128.MaxValue - 12345);

    [Fact]
    public void ToString_AToken_IsReadBackAndNeedsNoEscaping()
    {
        var text = _token.ToString();

        Assert.Matches("^[A-Za-z0-9_-]{48}$", text);
        Assert.True(LeaseToken.TryParse(text, out var read));
        Assert.Equal(_token, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA ")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\u00e4")]
    public void TryParse_WhatIsNoToken_IsRefused(string text)
    {
        Assert.False(LeaseToken.TryParse(text, out var read));
        Assert.Equal(default, read);
    }

    [Fact]
    public void Raised_WithTextsThatAreTooLong_CutsThemBetweenCharacters()
    {
        var outcome = WorkOutcome.Raised(_token, new string('r', 200), new string('d', 4095) + "😀");

        Assert.Equal(new string('r', 128), outcome.Error!.Reason);
        Assert.Equal(new string('d', 4095), outcome.Error.Detail);
    }
}
