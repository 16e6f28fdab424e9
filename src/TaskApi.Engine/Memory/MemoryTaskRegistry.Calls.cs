using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.Engine.Memory;

// Calls with a key end with the process, as the tasks do: who takes the calls remembers them, and no repeated one comes here.
internal sealed partial class MemoryTaskRegistry
{
    /// <summary>False.</summary>
    public bool KeepsCalls => false;

    /// <summary>Null: none is kept.</summary>
    public ValueTask<KeptCall?> FindCallAsync(Digest key, CancellationToken cancellationToken) => ValueTask.FromResult<KeptCall?>(null);

    /// <inheritdoc/>
    public async ValueTask<CallAnswer> CreateOnceAsync(string owner, CallKey call, IReadOnlyList<TaskSpec> tasks, bool watch, CancellationToken cancellationToken)
    {
        var answer = await CreateManyAsync(owner, tasks, watch, cancellationToken);
        return new CallAnswer(answer.Status, answer.Tasks, IsRepeat: false, watch);
    }

    /// <summary>Answers the answer.</summary>
    public ValueTask<byte[]> KeepAnswerAsync(Digest key, byte[] answer, CancellationToken cancellationToken) => ValueTask.FromResult(answer);
}
