using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Tasks;

public sealed class IdOrderTests : EndpointTests
{
    [Fact]
    public async Task Create_Ids_AreVersion7AndRiseEvenWhenTheWallClockIsSetBack()
    {
        var ids = new List<string>();
        for (var i = 0; i < 20; i++)
        {
            ids.Add(await Create(10));
            Clock.StepWallClock(TimeSpan.FromMinutes(i % 2 == 0 ? -60 : 60));
        }

        Assert.Equal(ids.Order(StringComparer.Ordinal), ids);
        Assert.All(ids, id => Assert.Equal(7, Guid.Parse(id).Version));
        Assert.All(ids, id => Assert.Matches("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", id));
    }
}
