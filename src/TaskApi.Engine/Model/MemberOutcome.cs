using System.Buffers.Binary;
using System.Text;
using System.Text.Encodings.Web;

namespace TaskApi.Engine.Model;

/// <summary>What became of a member of a gather: kept until that ends, since the member itself may be forgotten before.</summary>
/// <param name="State">Its final state.</param>
/// <param name="Value">Of a completed one the result, one JSON value in UTF-8; of another one its error, in bytes of our own. Empty if there is no room for it.</param>
internal readonly record struct MemberOutcome(TaskState State, byte[] Value)
{
    private const int Length = sizeof(int);

    private static readonly byte[] _null = "null"u8.ToArray();

    /// <summary>Why it didn't complete.</summary>
    public TaskError Error
    {
        get
        {
            if (Value is not { Length: > Length }) return TaskErrors.HasBeenForgotten;
            var length = BinaryPrimitives.ReadInt32LittleEndian(Value);
            var end = Length + Math.Abs(length);
            return new TaskError(Encoding.UTF8.GetString(Value.AsSpan(Length..end)), length < 0 ? null : Encoding.UTF8.GetString(Value.AsSpan(end..)));
        }
    }

    /// <summary>
    /// True if it fails a group, as in asyncio.TaskGroup: to be cancelled is not to fail, and a coroutine that ends by CancelledError, though nobody asked it to, is
    /// cancelled there.
    /// </summary>
    public bool FailsGroup => State == TaskState.Failed && Error.Reason != TaskError.CancelledError;

    /// <summary>What became of a task that is done.</summary>
    public static MemberOutcome Of(TaskSnapshot task) => new(task.State, task switch
    {
        { State: not TaskState.Completed } => Write(task.Error!),
        { Work.Result: { IsEmpty: false } result } => result.ToArray(),
        { Work: null, Result: { } text } => Encoding.UTF8.GetBytes($"\"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text)}\""),
        _ => _null,
    });

    /// <summary>What is known of a task that has been forgotten.</summary>
    public static MemberOutcome Forgotten(TaskState state) => new(state, state == TaskState.Completed ? _null : Write(TaskErrors.HasBeenForgotten));

    // The length of the reason, negative if there is no detail, and both.
    private static byte[] Write(TaskError error)
    {
        var (reason, detail) = (Encoding.UTF8.GetBytes(error.Reason), Encoding.UTF8.GetBytes(error.Detail ?? ""));
        var bytes = new byte[Length + reason.Length + detail.Length];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, error.Detail is null ? -reason.Length : reason.Length);
        reason.CopyTo(bytes, Length);
        detail.CopyTo(bytes, Length + reason.Length);
        return bytes;
    }
}
