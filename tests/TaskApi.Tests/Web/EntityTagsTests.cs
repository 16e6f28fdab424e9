using Microsoft.Extensions.Primitives;
using TaskApi.AspNetCore.Api;
using TaskApi.Engine.Model;

namespace TaskApi.Tests.Web;

public sealed class EntityTagsTests
{
    private const string Tag = "\"0-pending\"";

    [Theory]
    [InlineData("\"0-pending\"")]
    [InlineData("W/\"0-pending\"")]
    [InlineData("\"x\", \"0-pending\"")]
    [InlineData("\"x\",W/\"0-pending\" , \"y\"")]
    [InlineData("*")]
    public void IfNoneMatch_ThatNamesTheTag_Matches(string header) => Assert.True(EntityTags.Matches(header, Tag));

    [Theory]
    [InlineData("\"1-pending\"")]
    [InlineData("\"0-completed\"")]
    [InlineData("0-pending")]
    [InlineData("\"0-PENDING\"")]
    [InlineData("\"*\"")]
    [InlineData("")]
    [InlineData("\"0-pending")]
    public void IfNoneMatch_ThatNamesAnother_DoesNotMatch(string header) => Assert.False(EntityTags.Matches(header, Tag));

    [Fact]
    public void IfNoneMatch_OnSeveralLines_CountsAsOne() => Assert.True(EntityTags.Matches(new StringValues(["\"x\"", Tag]), Tag));

    [Fact]
    public void IfNoneMatch_Absent_DoesNotMatch() => Assert.False(EntityTags.Matches(StringValues.Empty, Tag));

    [Fact]
    public void Tag_OfATask_ChangesWithItsVersionAndItsState()
    {
        string[] tags = [EntityTags.Of(Task(0, TaskState.Pending)), EntityTags.Of(Task(1, TaskState.Pending)), EntityTags.Of(Task(1, TaskState.Completed)), EntityTags.Of(Task(1, TaskState.Cancelled))];

        Assert.Equal(tags.Length, tags.Distinct().Count());
        Assert.All(tags, static tag => Assert.Matches("^\"[^\"]+\"$", tag));
        Assert.Equal(tags[1], EntityTags.Of(Task(1, TaskState.Pending)));
    }

    private static TaskSnapshot Task(int version, TaskState state) => new()
    {
        Id = Guid.Empty,
        Owner = "",
        Name = null,
        Group = null,
        Message = "Hei",
        DelaySeconds = 0,
        State = state,
        CreatedAt = default,
        DueAt = default,
        FinishedAt = null,
        Result = null,
        Error = null,
        Version = version,
    };
}
