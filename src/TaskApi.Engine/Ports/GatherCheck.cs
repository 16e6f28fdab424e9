using TaskApi.Engine.Model;

namespace TaskApi.Engine.Ports;

/// <summary>Whether gathers can be created: what their members that are done have returned is kept with them from their creation on, once for each place.</summary>
internal static class GatherCheck
{
    /// <summary>Why they can't; null if they can.</summary>
    /// <param name="specs">The tasks, which are created together.</param>
    /// <param name="lengthOf">How many bytes the outcome of a task has; 0 if it isn't done. Asked once of each that a gather names, and of no others.</param>
    /// <param name="bytes">How many will be kept.</param>
    public static AfterRefusal? Refusal(IReadOnlyList<TaskSpec> specs, Func<Guid, int> lengthOf, out long bytes)
    {
        bytes = 0;
        var lengths = new Dictionary<Guid, int>();
        for (var i = 0; i < specs.Count; i++)
        {
            if (specs[i].Work?.Gather is not { Ids: { Count: > 0 } ids }) continue;
            var own = 0L;
            foreach (var (id, _) in ids)
            {
                if (!lengths.TryGetValue(id, out var length)) lengths[id] = length = lengthOf(id);
                own += length;
            }

            // Of what would be longer no more is kept.
            bytes += Math.Min(own, GatherSpec.MostResultBytes);
            if (bytes > GatherSpec.MostBytesAtOnce) return new AfterRefusal(AnswerStatus.TooLong, i, []);
        }

        return null;
    }
}
