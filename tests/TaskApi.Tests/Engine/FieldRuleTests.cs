using TaskApi.Rules;

namespace TaskApi.Tests.Engine;

/// <summary>What the rules of fields allow, and how they say it.</summary>
public sealed class FieldRuleTests
{
    private const string Pair = "😀";

    [Fact]
    public void Units_OfAMessage_CountAPairTwice()
    {
        var longest = string.Concat(Enumerable.Repeat(Pair, 2048));

        Assert.Null(FieldRules.Message.FaultIn(longest));
        Assert.Equal("must have 1 to 4096 UTF-16 units.", FieldRules.Message.FaultIn(longest + "a"));
        Assert.Equal("must have 1 to 4096 UTF-16 units.", FieldRules.Message.FaultIn(""));
    }

    [Fact]
    public void Characters_OfAName_CountAPairOnce()
    {
        var longest = string.Concat(Enumerable.Repeat(Pair, 128));

        Assert.Null(FieldRules.Name.FaultIn(longest));
        Assert.Equal("must have 1 to 128 characters.", FieldRules.Name.FaultIn(longest + "a"));
        Assert.Equal("must have 1 to 128 characters.", FieldRules.Name.FaultIn(""));
        Assert.Equal("must have at most 256 characters.", FieldRules.Reason.FaultIn(new string('a', 257)));
        Assert.Null(FieldRules.Reason.FaultIn(""));
    }

    [Fact]
    public void Text_WithALoneSurrogate_IsRefused() => Assert.All((string[])["\ud83d", "a\ude00", "\ude00\ud83d", "😀\ud83d😀"], static text =>
    {
        Assert.Equal("must not have a lone surrogate.", FieldRules.Name.FaultIn(text));
        Assert.Equal("must not have a lone surrogate.", FieldRules.Message.FaultIn(text));
    });

    [Theory]
    [InlineData("a", true, true)]
    [InlineData("A-z.0_9", true, true)]
    [InlineData("a:b", true, false)]
    [InlineData("1a", true, false)]
    [InlineData("", false, false)]
    [InlineData("a b", false, false)]
    [InlineData("å", false, false)]
    [InlineData("a\n", false, false)]
    public void Names_OfGroupsAndOfTypes_HaveTheirCharacters(string text, bool isLabel, bool isType)
    {
        Assert.Equal((isLabel, isType), (FieldRules.Label.Allows(text), FieldRules.Type.Allows(text)));
        Assert.Equal(isLabel, Matches(FieldRules.Label, text));
        Assert.Equal(isType, Matches(FieldRules.Type, text));
    }

    [Fact]
    public void Number_AtItsLimits_IsAllowedAndNoneBeyond()
    {
        Assert.True(FieldRules.DelaySeconds.Allows(0) && FieldRules.DelaySeconds.Allows(31_536_000));
        Assert.False(FieldRules.DelaySeconds.Allows(-0.001) || FieldRules.DelaySeconds.Allows(31_536_000.001) || FieldRules.DelaySeconds.Allows(double.NaN));
        Assert.True(FieldRules.TimeoutSeconds.Allows(double.Epsilon) && FieldRules.TimeoutSeconds.Allows(31_536_000));
        Assert.False(FieldRules.TimeoutSeconds.Allows(0) || FieldRules.TimeoutSeconds.Allows(double.NaN) || FieldRules.TimeoutSeconds.Allows(double.PositiveInfinity));
    }

    [Fact]
    public void Time_BeyondARuleInSeconds_IsRefusedInDays()
    {
        Assert.Equal("must be from 0 to 365 days.", FieldRules.DelaySeconds.FaultIn(TimeSpan.FromDays(365) + TimeSpan.FromTicks(1)));
        Assert.Equal("must be above 0, and up to 365 days.", FieldRules.TimeoutSeconds.FaultIn(TimeSpan.Zero));
        Assert.Equal("must be from 0 to 1 day.", FieldRules.RetrySeconds.FaultIn(TimeSpan.FromTicks(-1)));
        Assert.Null(FieldRules.TimeoutSeconds.FaultIn(TimeSpan.FromDays(365)));
    }

    [Theory]
    [InlineData("abc", 3, "abc")]
    [InlineData("abcd", 3, "abc")]
    [InlineData("ab😀", 3, "ab")]
    [InlineData("a😀b", 3, "a😀")]
    [InlineData(null, 3, null)]
    public void Cut_LongText_LeavesPairsWhole(string? text, int length, string? cut) => Assert.Equal(cut, TextRule.Cut(text, length));

    // As a description of the API is read: a rule's limits and its pattern apart.
    private static bool Matches(TextRule rule, string text) =>
        text.Length >= rule.MinLength && text.Length <= rule.MaxLength && System.Text.RegularExpressions.Regex.IsMatch(text, rule.Pattern!.Replace("$", @"\z", StringComparison.Ordinal), default, TimeSpan.FromSeconds(1));
}
