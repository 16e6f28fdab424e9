using TaskApi.Engine.Model;
using TaskApi.Storage.GroupCommit;

namespace TaskApi.Storage.Postgres;

/// <summary>
/// Tasks that an announcement of few takes with it, as they were just after they were created or rescheduled: another node that looked them
/// up might find them changed again. Final states don't change, and are looked up.
/// </summary>
internal static class CarriedTasks
{
    /// <summary>The most effects of an announcement that carries tasks.</summary>
    public const int MostEffects = 8;

    // In base 64, with the rest of an announcement of so few effects, below PostgreSQL's limit.
    private const int MaxBytes = 5_600;

    /// <summary>Writes the tasks of some effects; empty if they are too many or too large, or not known.</summary>
    public static string Write(IReadOnlyList<TaskEffect> effects, int from, int to)
    {
        if (to - from > MostEffects) return "";
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        for (var i = from; i < to; i++)
        {
            if (effects[i].Task is not { State: TaskState.Pending, Work: null } task) continue;
            var start = bytes.Length;
            writer.Write((byte)(i - from));
            Write(writer, task);
            if (bytes.Length > MaxBytes) bytes.SetLength(start);
        }

        return Convert.ToBase64String(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    /// <summary>Reads what <see cref="Write(IReadOnlyList{TaskEffect}, int, int)"/> wrote: each task at the place of its effect, null at the others.</summary>
    /// <exception cref="FormatException">It isn't that.</exception>
    public static TaskSnapshot?[] Read(string text, int effects)
    {
        var tasks = new TaskSnapshot?[effects];
        if (text.Length == 0) return tasks;
        using var bytes = new MemoryStream(Convert.FromBase64String(text));
        using var reader = new BinaryReader(bytes);
        try
        {
            while (bytes.Position < bytes.Length) tasks[reader.ReadByte()] = ReadTask(reader);
        }
        catch (Exception exception) when (exception is EndOfStreamException or IndexOutOfRangeException or ArgumentException)
        {
            throw new FormatException("The announcement breaks off.", exception);
        }

        return tasks;
    }

    private static void Write(BinaryWriter writer, TaskSnapshot task)
    {
        writer.Write(task.Id.ToByteArray());
        writer.Write(task.Owner);
        writer.Write(task.Name is not null);
        writer.Write(task.Name ?? "");
        writer.Write(task.Group ?? "");
        writer.Write(task.Message);
        writer.Write(task.DelaySeconds);
        writer.Write(task.CreatedAt.ToUnixTimeMilliseconds());
        writer.Write(task.DueAt.ToUnixTimeMilliseconds());
        writer.Write(task.Version);
    }

    private static TaskSnapshot ReadTask(BinaryReader reader)
    {
        if (!TaskId.TryParse(new Guid(reader.ReadBytes(16)), out var id)) throw new FormatException("The announcement carries no task.");
        var owner = reader.ReadString();
        var isNamed = reader.ReadBoolean();
        var name = reader.ReadString();
        var group = reader.ReadString();
        return TaskSnapshot.Of(new TaskData
        {
            Id = id,
            Owner = owner,
            Name = isNamed ? name : null,
            Group = group.Length == 0 ? null : group,
            Message = reader.ReadString(),
            DelaySeconds = reader.ReadDouble(),
            CreatedAt = reader.ReadInt64(),
            DueAt = reader.ReadInt64(),
            Version = reader.ReadInt32(),
        });
    }
}
