using Microsoft.Extensions.DependencyInjection;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using TaskApi.Tests.Work;

namespace TaskApi.Tests;

/// <summary>Tasks with a unique key that two nodes create at once.</summary>
public sealed class UniqueAcrossNodesTests : TwoNodes
{
    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Creations_RacedAThousandTimes_MakeOneTaskEach()
    {
        var nodes = OfNodes<ITaskCommands>();
        for (var first = 0; first < 1000; first += 100)
        {
            await Task.WhenAll(Enumerable.Range(first, 100).Select(async number =>
            {
                var spec = Of((UniqueConflict)(number % 3), (UniqueScope)(number / 3 % 2), $"race{number}");
                var answers = await Task.WhenAll(nodes.Select(node => node.CreateAsync("", spec, watch: false, Ended).AsTask()));

                Assert.Equal(1, answers.Count(static answer => answer is { Status: AnswerStatus.Ok, IsExisting: false }));
                Assert.Equal(answers[0].Task!.Id, answers[1].Task!.Id);
                Assert.Equal(number % 3 == (int)UniqueConflict.Reject ? 1 : 0, answers.Count(static answer => answer.Status == AnswerStatus.TaskExists));
            }));
        }

        Assert.Equal(1000, (await Api.Services.GetRequiredService<ITaskQueries>().GetStatsAsync("", Ended)).Created);
    }

    [Fact]
    public async Task Batches_WithMoreKeysThanAreLockedOneByOne_MakeOneTaskEach()
    {
        var nodes = OfNodes<ITaskCommands>();
        for (var round = 0; round < 10; round++)
        {
            TaskSpec[] batch = [.. Enumerable.Range(0, 300).Select(number => Of(UniqueConflict.Existing, UniqueScope.Unfinished, $"batch{round}-{number}"))];
            var answers = await Task.WhenAll(
                nodes.Select(node => node.CreateManyAsync("", batch, watch: false, Ended).AsTask())
                    .Append(nodes[round % 2].CreateManyAsync("", batch[..1], watch: false, Ended).AsTask()));
            Assert.All(answers, static answer => Assert.Equal(AnswerStatus.Ok, answer.Status));
        }

        Assert.Equal(3000, (await Api.Services.GetRequiredService<ITaskQueries>().GetStatsAsync("", Ended)).Created);
    }

    private static TaskSpec Of(UniqueConflict onConflict, UniqueScope scope, string key)
    {
        var spec = WorkFixture.Spec(delaySeconds: 1000);
        return spec with { Work = spec.Work! with { Unique = new UniqueTask(key, scope, onConflict) } };
    }
}
