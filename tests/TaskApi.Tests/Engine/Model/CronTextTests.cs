using TaskApi.Engine.Model;

namespace TaskApi.Tests.Engine.Model;

/// <summary>What is said of wrong cron expressions.</summary>
public sealed class CronTextTests
{
    [Theory]
    [InlineData("0 8 * * MON")]
    [InlineData("  0 8\t* *  MON ")]
    [InlineData("*/15 * * * * *")]
    [InlineData("0 0 L-3 * *")]
    [InlineData("0 0 LW JAN-MAR ?")]
    [InlineData("0 0 * * MON#2")]
    [InlineData("@daily")]
    public void Parse_WhatIsRight_HasNoFault(string text)
    {
        Assert.NotNull(CronText.Parse(text, out var fault));
        Assert.Null(fault);
    }

    [Theory]
    [InlineData("0 24 * * *", "is wrong at character 3, '24', the hours: value must be a number between 0 and 23.")]
    [InlineData("61 * * * *", "is wrong at character 1, '61', the minutes: value must be a number between 0 and 59.")]
    [InlineData("0 0 32 * *", "is wrong at character 5, '32', the days of month: value must be a number between 1 and 31.")]
    [InlineData("0 0 * FOO *", "is wrong at character 7, 'FOO', the months: value must be a number between 1 and 12.")]
    [InlineData("0  0 * *  8", "is wrong at character 11, '8', the days of week: value must be a number between 0 and 7.")]
    [InlineData("75 * * * * *", "is wrong at character 1, '75', the seconds: value must be a number between 0 and 59.")]
    [InlineData("* * * *", "must have 5 fields (minute, hour, day of month, month, day of week), or 6 with seconds first; this has 4.")]
    [InlineData("", "must have 5 fields (minute, hour, day of month, month, day of week), or 6 with seconds first; this has 0.")]
    [InlineData("@fortnightly", "has no macro '@fortnightly': there are @yearly, @monthly, @weekly, @daily, @hourly, @every_minute and @every_second.")]
    [InlineData("H 2 * * *", "must not have H: jitterSeconds spreads what would run together.")]
    public void Parse_WhatIsWrong_SaysWhere(string text, string expected)
    {
        Assert.Null(CronText.Parse(text, out var fault));
        Assert.Equal(expected, fault);
    }

    [Fact]
    public void Parse_AnyText_HasAResultOrAFault()
    {
        const string Characters = "0159*/,-?LW#@HJANMON \t";
        var random = new Random(7);
        for (var i = 0; i < 20_000; i++)
        {
            var text = new string([.. Enumerable.Range(0, random.Next(30)).Select(_ => Characters[random.Next(Characters.Length)])]);
            Assert.True(CronText.Parse(text, out var fault) is null == fault is { Length: > 0 }, text);
        }
    }

    [Fact]
    public void Parse_WhatIsTooLong_IsRefused()
    {
        Assert.Null(CronText.Parse(new string(' ', 600) + "@daily", out var fault));
        Assert.Equal("must have at most 512 characters.", fault);
    }
}
