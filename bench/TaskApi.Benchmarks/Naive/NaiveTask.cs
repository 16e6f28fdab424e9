namespace TaskApi.Benchmarks.Naive;

/// <summary>A task of the <see cref="NaiveStorage"/>.</summary>
internal sealed class NaiveTask(string message, DateTimeOffset createdAt, TimeSpan delay)
{
    private static int _completed;

    /// <summary>How many have completed, all together.</summary>
    public static int Completed => Volatile.Read(ref _completed);

    public Guid Id { get; private init; } = Guid.CreateVersion7(createdAt);

    public string Message { get; } = message;

    // Unix milliseconds; 0: pending.
    public long CreatedAt { get; } = createdAt.ToUnixTimeMilliseconds();

    public long DueAt { get; } = (createdAt + delay).ToUnixTimeMilliseconds();

    public long FinishedAt { get; private set; }

    public string? Result { get; private set; }

    // Lives as long as the task.
    public CancellationTokenSource Cancellation { get; } = new();

    public Task? Completion { get; private set; }

    public void Start() => Completion = RunAsync();

    public NaiveTask After(TimeSpan again) => new(Message, TimeProvider.System.GetUtcNow(), again) { Id = Id };

    private async Task RunAsync()
    {
        try
        {
            await Task.Delay(TimeSpan.FromMilliseconds(DueAt - CreatedAt), TimeProvider.System, Cancellation.Token);
            var now = TimeProvider.System.GetLocalNow();
            FinishedAt = now.ToUnixTimeMilliseconds();
            Result = $"{now:HH:mm:ss} {Message}";
            Interlocked.Increment(ref _completed);
        }
        catch (OperationCanceledException)
        {
            FinishedAt = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        }
    }
}
