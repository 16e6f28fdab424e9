using System.Buffers.Binary;
using TaskApi.Engine.Completions;
using TaskApi.Engine.Model;
using TaskApi.Engine.Time;

namespace TaskApi.Engine.Idempotency;

/// <summary>
/// What a call created, in a few bytes a task: what of it the call's body, which comes again with each repetition, doesn't say. That is
/// the id and the instant of creation.
/// </summary>
/// <remarks>Of each task four bytes of the nonce, then, as differences from the task before, its number, its time in the id and its creation.</remarks>
internal static class CreatedTasks
{
    // The nonce and three numbers of 64 bits, seven of them to a byte.
    private const int MostBytes = sizeof(uint) + (3 * 10) + Secret;

    // What nobody can guess of the token of a task that runs at once.
    private const int Secret = 16;

    /// <summary>Writes tasks as they were created.</summary>
    public static byte[] Write(ReadOnlySpan<WatchedTask> tasks)
    {
        var bytes = new byte[tasks.Length * MostBytes];
        var length = 0;
        var last = default((long Sequence, long Time, long Created));
        foreach (var (task, _) in tasks)
        {
            if (!TaskId.TryParse(task.Id, out var id)) throw new ArgumentException("Not a task of this service.", nameof(tasks));
            var created = task.CreatedAt.ToUnixTimeMilliseconds();
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(length), id.Nonce);
            length += sizeof(uint);
            WriteNumber(bytes, ref length, id.Sequence - last.Sequence);
            WriteNumber(bytes, ref length, id.Time - last.Time);
            WriteNumber(bytes, ref length, created - last.Created);
            last = (id.Sequence, id.Time, created);
            if (task.Work?.Lease is not { } lease) continue;
            BinaryPrimitives.WriteUInt128LittleEndian(bytes.AsSpan(length), lease.Secret);
            length += Secret;
        }

        return bytes[..length];
    }

    /// <summary>The tasks as they were created.</summary>
    /// <param name="bytes">What <see cref="Write"/> wrote.</param>
    /// <param name="tasks">What the call asks for.</param>
    /// <param name="owner">Who makes it.</param>
    public static WatchedTask[] Read(ReadOnlySpan<byte> bytes, IReadOnlyList<TaskSpec> tasks, string owner)
    {
        var created = new WatchedTask[tasks.Count];
        var (sequence, time, createdAt) = (0L, 0L, 0L);
        for (var i = 0; i < created.Length; i++)
        {
            var nonce = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            bytes = bytes[sizeof(uint)..];
            sequence += ReadNumber(ref bytes);
            time += ReadNumber(ref bytes);
            createdAt += ReadNumber(ref bytes);
            var snapshot = Snapshot(new TaskId(time, sequence, nonce), createdAt, tasks[i], owner);
            // A schedule may have had another type then, and the task no token.
            if (tasks[i].Work is { ShowsToken: true } && bytes.Length >= Secret)
            {
                snapshot = snapshot.WithLease(new LeaseToken(snapshot.Id, snapshot.Work!.Attempt, BinaryPrimitives.ReadUInt128LittleEndian(bytes)));
                bytes = bytes[Secret..];
            }

            created[i] = new WatchedTask(snapshot, Completion: null);
        }

        return created;
    }

    private static TaskSnapshot Snapshot(TaskId id, long createdAt, TaskSpec task, string owner)
    {
        var (due, delaySeconds) = task.Schedule.From(createdAt);
        return TaskSnapshot.Of(new TaskData
        {
            Id = id,
            Owner = owner,
            Name = task.Name,
            Group = task.Group,
            Message = task.Message,
            DelaySeconds = delaySeconds,
            CreatedAt = createdAt,
            DueAt = due,
            State = task.Work is { RunsAtOnce: true } ? TaskState.Running : TaskState.Pending,
            Work = task.Work is { } work ? WorkSnapshot.Of(work, EngineClock.ToInstant(createdAt)) : null,
        });
    }

    // Small ones of either sign take a byte.
    private static void WriteNumber(byte[] bytes, ref int length, long number)
    {
        var rest = (ulong)((number << 1) ^ (number >> 63));
        for (; rest > 0x7F; rest >>= 7) bytes[length++] = (byte)(rest | 0x80);
        bytes[length++] = (byte)rest;
    }

    private static long ReadNumber(ref ReadOnlySpan<byte> bytes)
    {
        var (rest, i) = (0UL, 0);
        for (; bytes[i] > 0x7F; i++) rest |= (bytes[i] & 0x7FUL) << (7 * i);
        rest |= (ulong)bytes[i] << (7 * i);
        bytes = bytes[(i + 1)..];
        return (long)(rest >> 1) ^ -(long)(rest & 1);
    }
}
