using TaskApi.Engine.Model;

namespace TaskApi.Engine.Ports;

/// <summary>Whether gathers can be created: what their members that are done have returned is kept with them from their creation on, once for each place.</summary>
internal static class GatherCheck
{
    /// <summary>Why they can't; null if they can.</summary>
    /// <param name="specs">The tasks, which are created together.</param>
    /// <param name="lengths">How many bytes the outcomes of those tasks have that are done.</param>
    /// <param name="bytes">How many will be kept.</param>
    public static AfterRefusal? Refusal(IReadOnlyList<TaskSpec> specs, Dictionary<Guid, int> lengths, out long bytes)
    {
        bytes = 0;
        for (var i = 0; i < specs.Count; i++)
        {
            if (specs[i].Work?.Gather is not { Ids: { Count: > 0 } ids }) continue;
            var own = 0L;
            foreach (var (id, _) in ids) own += lengths.GetValueOrDefault(id);

            // Of what would be longer no more is kept.
            bytes += Math.Min(own, GatherSpec.MostResultBytes);
            if (bytes > GatherSpec.MostBytesAtOnce) return new AfterRefusal(AnswerStatus.TooLong, i, []);
        }

        return null;
    }
}
