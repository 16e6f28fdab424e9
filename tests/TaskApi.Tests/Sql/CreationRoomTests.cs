using TaskApi.Storage.GroupCommit;

namespace TaskApi.Tests.Sql;

public sealed class CreationRoomTests
{
    [Fact]
    public void Room_OfACall_IsGivenBackHoweverLateItIsSetAside()
    {
        var room = new CreationRoom();
        using var mine = new ReservedRoom(room);

        foreach (var count in new[] { 3, 0, 3 }) mine.Set(count);
        Assert.Equal(3, room.Reserved);
        mine.Use(1);
        Assert.Equal(2, room.Reserved);
        mine.Dispose();
        Assert.Equal(0, room.Reserved);
        // The writer had begun when the call was given up.
        mine.Set(3);
        Assert.Equal(0, room.Reserved);
    }
}
