using System.Globalization;
using TaskApi.AspNetCore.Api.Contracts;

namespace TaskApi.Tests.Web;

public sealed class Rfc3339Tests
{
    [Theory]
    [InlineData("2030-01-31T12:00:00Z", "2030-01-31T12:00:00.000")]
    [InlineData("2030-01-31t12:00:00z", "2030-01-31T12:00:00.000")]
    [InlineData("2030-01-31T12:00:00.5Z", "2030-01-31T12:00:00.500")]
    [InlineData("2030-01-31T12:00:00.123Z", "2030-01-31T12:00:00.123")]
    [InlineData("2030-01-31T12:00:00.1230000000000Z", "2030-01-31T12:00:00.123")]
    [InlineData("2030-01-31T12:00:00+02:00", "2030-01-31T10:00:00.000")]
    [InlineData("2030-01-31T12:00:00-02:30", "2030-01-31T14:30:00.000")]
    [InlineData("2030-01-31T12:00:00-00:00", "2030-01-31T12:00:00.000")]
    [InlineData("2030-01-31T12:00:00+23:59", "2030-01-30T12:01:00.000")]
    [InlineData("2028-02-29T00:00:00Z", "2028-02-29T00:00:00.000")]
    [InlineData("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000")]
    [InlineData("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999")]
    [InlineData("2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000")]
    [InlineData("1990-12-31T15:59:60.25-08:00", "1991-01-01T00:00:00.250")]
    public void Instant_WithOffset_IsReadAsUtc(string text, string expected)
    {
        Assert.True(Rfc3339.TryParse(text, out var instant));
        Assert.Equal(expected, instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff", CultureInfo.InvariantCulture));
        Assert.Equal(TimeSpan.Zero, instant.Offset);
    }

    [Theory]
    [InlineData("2030-01-31T12:00:00.1230001Z", "2030-01-31T12:00:00.124")]
    [InlineData("2030-01-31T12:00:00.99901Z", "2030-01-31T12:00:01.000")]
    [InlineData("2030-12-31T23:59:59.9999Z", "2031-01-01T00:00:00.000")]
    public void Instant_BetweenMilliseconds_IsRoundedUp(string text, string expected) => Instant_WithOffset_IsReadAsUtc(text, expected);

    [Theory]
    [InlineData("")]
    [InlineData("2030-01-31")]
    [InlineData("2030-01-31T12:00:00")]
    [InlineData("2030-01-31T12:00Z")]
    [InlineData("2030-01-31 12:00:00Z")]
    [InlineData("2030-01-31T12:00:00 Z")]
    [InlineData("2030-01-31T12:00:00.Z")]
    [InlineData("2030-01-31T12:00:00,5Z")]
    [InlineData("2030-01-31T12:00:00.5")]
    [InlineData("2030-01-31T12:00:00+2:00")]
    [InlineData("2030-01-31T12:00:00+0200")]
    [InlineData("2030-01-31T12:00:00+02")]
    [InlineData("2030-01-31T12:00:00+24:00")]
    [InlineData("2030-01-31T12:00:00+02:60")]
    [InlineData("2030-01-31T12:00:00+02:00Z")]
    [InlineData("2030-01-31T12:00:00ZZ")]
    [InlineData("2030-02-30T12:00:00Z")]
    [InlineData("2030-13-01T12:00:00Z")]
    [InlineData("2030-01-31T24:00:00Z")]
    [InlineData("2030-01-31T12:60:00Z")]
    [InlineData("2030-01-31T12:00:60Z")]
    [InlineData("2030-01-31T23:59:60+01:00")]
    [InlineData("2030-01-31T23:59:61Z")]
    [InlineData("9999-12-31T23:59:60Z")]
    [InlineData("30-01-31T12:00:00Z")]
    [InlineData("+2030-01-31T12:00:00Z")]
    [InlineData("0001-01-01T00:00:00+00:01")]
    [InlineData("9999-12-31T23:59:59-00:01")]
    [InlineData("9999-12-31T23:59:59.9999Z")]
    [InlineData("1893456000")]
    public void Instant_OfAnotherForm_IsRefused(string text) => Assert.False(Rfc3339.TryParse(text, out _));
}
