using TaskApi.Engine.Completions;

namespace TaskApi.Tests.Engine;

/// <summary>What a wait keeps of tasks, and what that counts.</summary>
public sealed class SnapshotBudgetTests
{
    [Fact]
    public async Task Take_OfTasksLongerThanAStep_CountsAllOfThem()
    {
        using var engine = new EngineFixture();
        var task = await engine.Create(60) with { Message = new string('m', 4 * SnapshotBudget.Step) };
        var grown = 0L;
        var room = new SnapshotBudget(0, bytes =>
        {
            grown += bytes;
            return true;
        });

        for (var i = 1; i <= 10; i++)
        {
            Assert.True(room.TryTake(task));
            Assert.InRange(grown, i * (long)task.Weight, (i * (long)task.Weight) + SnapshotBudget.Step);
        }
    }
}
