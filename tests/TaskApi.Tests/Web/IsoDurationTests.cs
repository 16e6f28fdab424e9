using System.Globalization;
using TaskApi.AspNetCore.Api.Contracts;

namespace TaskApi.Tests.Web;

public sealed class IsoDurationTests
{
    [Theory]
    [InlineData("PT0S", "0")]
    [InlineData("PT1S", "1")]
    [InlineData("PT1M30S", "90")]
    [InlineData("P1W", "604800")]
    [InlineData("P1D", "86400")]
    [InlineData("PT1H", "3600")]
    [InlineData("P1W2DT3H4M5S", "788645")]
    [InlineData("P1DT1S", "86401")]
    [InlineData("PT0.25S", "0.25")]
    [InlineData("PT0,25S", "0.25")]
    [InlineData("PT1.5M", "90")]
    [InlineData("P0.5W", "302400")]
    [InlineData("PT1H0.1S", "3600.1")]
    [InlineData("PT0090S", "90")]
    [InlineData("PT36H", "129600")]
    public void Duration_OfFixedLength_GivesSeconds(string text, string expected)
    {
        Assert.True(IsoDuration.TryParse(text, out var seconds));
        Assert.Equal(decimal.Parse(expected, CultureInfo.InvariantCulture), seconds);
        Assert.Matches(IsoDuration.Pattern, text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("P")]
    [InlineData("PT")]
    [InlineData("P1DT")]
    [InlineData("T1S")]
    [InlineData("1S")]
    [InlineData("PT1")]
    [InlineData("PTS")]
    [InlineData("P1S")]
    [InlineData("PT1D")]
    [InlineData("PT1W")]
    [InlineData("P1Y")]
    [InlineData("P1M")]
    [InlineData("P1MT1S")]
    [InlineData("-PT1S")]
    [InlineData("+PT1S")]
    [InlineData("PT-1S")]
    [InlineData("PT+1S")]
    [InlineData("pt1s")]
    [InlineData("PT1s")]
    [InlineData("PT1S1M")]
    [InlineData("PT1S2S")]
    [InlineData("P1D1W")]
    [InlineData("P1DTT1S")]
    [InlineData("PT1ST1S")]
    [InlineData("PT1.5M1S")]
    [InlineData("P1.5DT1S")]
    [InlineData("P1.5DT1H")]
    [InlineData("P0,5W1D")]
    [InlineData("PT0.5M30S")]
    [InlineData("PT0.5H0.5S")]
    [InlineData("PT.5S")]
    [InlineData("PT5.S")]
    [InlineData("PT1.2.3S")]
    [InlineData("PT1.2,3S")]
    [InlineData("PT1,234.5S")]
    [InlineData(" PT1S")]
    [InlineData("PT1S ")]
    [InlineData("PT1 S")]
    [InlineData("PT1E3S")]
    [InlineData("PT٣S")]
    [InlineData("P2030-01-01T00:00:00")]
    public void Duration_OfAnotherForm_IsRefused(string text)
    {
        Assert.False(IsoDuration.TryParse(text, out _));
        Assert.DoesNotMatch(IsoDuration.Pattern, text);
    }

    [Fact]
    public void Duration_BeyondADecimal_IsItsGreatestValue()
    {
        Assert.True(IsoDuration.TryParse($"P{new string('9', 60)}WT1S", out var seconds));
        Assert.Equal(decimal.MaxValue, seconds);
    }

    [Fact]
    public void Duration_OfAbsurdLength_IsRefused() => Assert.False(IsoDuration.TryParse($"PT{new string('0', 100)}1S", out _));
}
