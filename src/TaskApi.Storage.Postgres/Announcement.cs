using System.Globalization;
using TaskApi.Engine.Events;
using TaskApi.Engine.Model;
using TaskApi.Storage.GroupCommit;

namespace TaskApi.Storage.Postgres;

/// <summary>What became of a task, in brief.</summary>
/// <param name="Kind">What.</param>
/// <param name="Sequence">The task's number.</param>
internal readonly record struct AnnouncedEffect(TaskEventKind Kind, long Sequence);

/// <summary>
/// What a committed transaction tells all nodes: which tasks it has changed, and when the first that it has armed is due. It takes
/// two or three bytes a task, so what a set of a thousand says fits into one notification, which PostgreSQL limits to 8,000 bytes.
/// </summary>
/// <param name="LastEvent">The number of its last event; those before it count down.</param>
/// <param name="Node">Who says it.</param>
/// <param name="Number">The node's own number for it.</param>
/// <param name="DueTick">When, at the latest, every node has to look for due tasks; null: as it knows.</param>
/// <param name="Effects">In order.</param>
/// <param name="Carried">The task of each, as it was just after it; null where it has to be looked up.</param>
internal sealed record Announcement(long LastEvent, string Node, long Number, long? DueTick, IReadOnlyList<AnnouncedEffect> Effects, TaskSnapshot?[] Carried)
{
    // In base 64, and with the rest, below PostgreSQL's limit.
    private const int MaxBytes = 5_700;

    /// <summary>The text of an announcement of the next effects, all but the event's number, which the database puts before it.</summary>
    /// <param name="node">Who says it.</param>
    /// <param name="number">Its number for it.</param>
    /// <param name="dueTick">When every node has to look; null: as it knows.</param>
    /// <param name="effects">What is to be told.</param>
    /// <param name="next">Where to begin; then, where the next announcement begins.</param>
    public static string Write(string node, long number, long? dueTick, IReadOnlyList<TaskEffect> effects, ref int next)
    {
        var bytes = new AnnouncementBytes();
        var (previous, first) = (0L, next);
        while (next < effects.Count && bytes.Length < MaxBytes)
        {
            var kind = effects[next].Kind;
            var end = next;
            while (end < effects.Count && effects[end].Kind == kind) end++;
            // As many of a kind as there is room for, at the longest that a number gets.
            end = Math.Min(end, next + Math.Max(1, (MaxBytes - bytes.Length) / AnnouncementBytes.LongestNumber));
            bytes.Add((long)kind);
            bytes.Add(end - next);
            for (; next < end; next++)
            {
                bytes.Add(effects[next].Sequence - previous);
                previous = effects[next].Sequence;
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $"{node} {number} {dueTick ?? -1} {bytes} {CarriedTasks.Write(effects, first, next)}");
    }

    /// <summary>Reads a notification.</summary>
    /// <param name="payload">What it says.</param>
    /// <param name="isWanted">Whether its effects are wanted, by the node that says it and its number for it; without them it is read quickly.</param>
    /// <exception cref="FormatException">It isn't one of this service's.</exception>
    public static Announcement Read(string payload, Func<string, long, bool> isWanted)
    {
        if (payload.Split(' ') is not [var last, var node, var number, var dueTick, var packed, var carried]) throw new FormatException("Not an announcement.");
        if (!isWanted(node, Parse(number))) return new Announcement(Parse(last), node, Parse(number), ReadDueTick(dueTick), [], []);
        var bytes = new AnnouncementBytes(packed);
        var effects = new List<AnnouncedEffect>();
        var sequence = 0L;
        while (!bytes.IsAtEnd)
        {
            var kind = (TaskEventKind)bytes.Take();
            for (var count = bytes.Take(); count > 0; count--)
            {
                sequence += bytes.Take();
                effects.Add(new AnnouncedEffect(kind, sequence));
            }
        }

        return new Announcement(Parse(last), node, Parse(number), ReadDueTick(dueTick), effects, CarriedTasks.Read(carried, effects.Count));
    }

    private static long? ReadDueTick(string text) => Parse(text) is var dueTick && dueTick >= 0 ? dueTick : null;

    private static long Parse(string text) => long.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
}
