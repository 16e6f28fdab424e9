using TaskApi.Engine.Model;

namespace TaskApi.Tests.Engine;

public sealed class TaskIdTests
{
    [Theory]
    [InlineData(0, 1, 0u)]
    [InlineData(1_763_890_000_123, 4_294_967_296, 12345u)]
    [InlineData((1L << 48) - 1, (1L << 44) - 1, (1u << 30) - 1)]
    public void ToGuid_TakenApart_GivesTheSameParts(long time, long sequence, uint nonce)
    {
        Assert.True(TaskId.TryParse(new TaskId(time, sequence, nonce).ToGuid(), out var parsed));
        Assert.Equal(new TaskId(time, sequence, nonce), parsed);
    }

    [Fact]
    public void ToGuid_IsAVersion7OfTheRfcVariantWithItsTimeInFront()
    {
        var text = new TaskId(1_763_890_000_123, 77, 5).ToGuid().ToString();
        Assert.Equal('7', text[14]);
        Assert.Contains(text[19], "89ab");
        Assert.Equal(1_763_890_000_123, Convert.ToInt64(text.Replace("-", "")[..12], 16));
        Assert.Equal(7, new TaskId(1_763_890_000_123, 77, 5).ToGuid().Version);
    }

    [Fact]
    public void ToGuid_LaterTaskInTheSameMillisecond_SortsAfter()
    {
        var earlier = new TaskId(1_000, 4_294_967_295, TaskId.NonceMask).ToGuid();
        var later = new TaskId(1_000, 4_294_967_296, 0).ToGuid();
        Assert.True(string.CompareOrdinal(earlier.ToString(), later.ToString()) < 0);
        Assert.True(earlier.CompareTo(later) < 0);
    }

    [Theory]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    [InlineData("01932f00-0000-4000-8000-000000000000")]
    [InlineData("01932f00-0000-7000-c000-000000000000")]
    public void TryParse_NotAVersion7_IsRefused(string text) => Assert.False(TaskId.TryParse(Guid.Parse(text), out _));
}
