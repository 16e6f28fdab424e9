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
        var known = new Dictionary<Guid, int?>();
        for (var i = 0; i < specs.Count; i++)
        {
            foreach (var task in specs[i].Work?.Gather?.Ids ?? [])
                if (Depth(task) is null) NoteUnknown(task, i);
            if (specs[i].Work?.After is not { } after) continue;
            depths ??= new int[specs.Count];
            foreach (var task in after.Tasks)
            {
                if ((task.Place >= 0 ? depths[task.Place] : Depth(task)) is { } depth) depths[i] = Math.Max(depths[i], depth + 1);
                else NoteUnknown(task, i);
            }

            if (unknown is null && depths[i] > WorkAfter.MostDepth) return new AfterRefusal(AnswerStatus.TooDeep, i, []);
        }

        return unknown is null ? null : new AfterRefusal(AnswerStatus.DependencyNotFound, first, [.. unknown]);

        // Looked up once however often it is named: a hundred thousand times the same long row would hold up everybody.
        int? Depth(in AfterTask task)
        {
            if (task.Malformed is not null) return null;
            if (!known.TryGetValue(task.Id, out var depth)) known.Add(task.Id, depth = depthOf(task.Id));
            return depth;
        }

        void NoteUnknown(in AfterTask task, int place)
        {
            if (first < 0) first = place;
            (unknown ??= []).Add(task.Malformed ?? task.Id.ToString());
        }
    }
}
