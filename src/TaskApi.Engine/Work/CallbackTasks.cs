using System.Buffers;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.Engine.Work;

/// <summary>The tasks that tell of the end of others: of type <c>http</c>, in the queue of that name, and without a callback of their own. Thread-safe.</summary>
/// <param name="body">Writes what they tell; null in a program that has no tasks with callbacks.</param>
internal sealed class CallbackTasks(ICallbackBody? body)
{
    /// <summary>The task for one that is done; null if its callback isn't for such an end.</summary>
    /// <param name="task">All of that task.</param>
    /// <param name="callback">What is to be called.</param>
    public TaskSpec? Of(TaskSnapshot task, CallbackSpec callback) => !callback.IsFor(task.State) ? null : new TaskSpec
    {
        Message = "",
        Schedule = default,
        Work = new WorkSpec
        {
            Type = WorkTypes.Http,
            Input = Write(task, callback.Target),
            Retry = BuiltInWork.RetryOf(WorkTypes.Http),
            AttemptSeconds = BuiltInWork.AttemptSecondsOf(WorkTypes.Http),
            Parent = task.Id,
            TraceParent = task.Work?.TraceParent,
        },
    };

    // The target is an object; the body becomes its last member.
    private ReadOnlyMemory<byte> Write(TaskSnapshot task, byte[] target)
    {
        if (body is null) throw new InvalidOperationException("Nobody here can say what a callback tells.");
        var input = new ArrayBufferWriter<byte>(target.Length + 1024);
        input.Write(target.AsSpan(0, target.Length - 1));
        input.Write(",\"body\":"u8);
        body.Write(input, task);
        input.Write("}"u8);
        return input.WrittenMemory;
    }
}
