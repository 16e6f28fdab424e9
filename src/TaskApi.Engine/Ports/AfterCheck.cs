using TaskApi.Engine.Model;

namespace TaskApi.Engine.Ports;

/// <summary>Whether tasks can be created that are to wait for others.</summary>
internal static class AfterCheck
{
    /// <summary>Why they can't; null if they can.</summary>
    /// <param name="specs">The tasks, which are created together.</param>
    /// <param name="depthOf">How deep a task is that is there: 0 if it waits for nothing; null if it isn't there.</param>
    public static AfterRefusal? Refusal(IReadOnlyList<TaskSpec> specs, Func<Guid, int?> depthOf)
    {
        var (depths, unknown, first) = (default(int[]), default(HashSet<string>), -1);
        // Looked up once however often they are named: a hundred thousand times the same long row would hold up everybody.
        var found = default(HashSet<Guid>);
        for (var i = 0; i < specs.Count; i++)
        {
            if (specs[i].Work?.Gather is { } gather)
            {
                foreach (var task in gather.Ids)
                {
                    if (task.Malformed is null && ((found ??= []).Contains(task.Id) || (depthOf(task.Id) is not null && found.Add(task.Id)))) continue;
                    if (first < 0) first = i;
                    (unknown ??= []).Add(task.Malformed ?? task.Id.ToString());
                }
            }

            if (specs[i].Work?.After is not { } after) continue;
            depths ??= new int[specs.Count];
            foreach (var task in after.Tasks)
            {
                if ((task.Place >= 0 ? depths[task.Place] : task.Malformed is null ? depthOf(task.Id) : null) is { } depth)
                {
                    depths[i] = Math.Max(depths[i], depth + 1);
                    continue;
                }

                if (first < 0) first = i;
                (unknown ??= []).Add(task.Malformed ?? task.Id.ToString());
            }

            if (unknown is null && depths[i] > WorkAfter.MostDepth) return new AfterRefusal(AnswerStatus.TooDeep, i, []);
        }

        return unknown is null ? null : new AfterRefusal(AnswerStatus.DependencyNotFound, first, [.. unknown]);
    }
}
