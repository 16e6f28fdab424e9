using TaskApi.Engine.Model;
using TaskApi.Engine.Time;

namespace TaskApi.Storage.Rows;

/// <summary>What of a task's work is kept as bytes that mean nothing to the database.</summary>
internal static class WorkBlobs
{
    /// <summary>A retry policy; null for the default, which most have.</summary>
    public static byte[]? Write(RetryPolicy retry)
    {
        if (retry == RetryPolicy.Default) return null;
        var bytes = new BlobWriter();
        bytes.Number(retry.MaxAttempts);
        bytes.Number(retry.MaxLosses);
        foreach (var number in (ReadOnlySpan<double>)[retry.InitialSeconds, retry.Factor, retry.MaxSeconds, retry.Jitter]) bytes.Double(number);
        bytes.Double(retry.MaxElapsedSeconds);
        return bytes.ToArray();
    }

    public static RetryPolicy ReadRetry(byte[]? column)
    {
        if (column is null) return RetryPolicy.Default;
        var bytes = new BlobReader(column);
        return new RetryPolicy
        {
            MaxAttempts = (int)bytes.Number(),
            MaxLosses = (int)bytes.Number(),
            InitialSeconds = bytes.Double(),
            Factor = bytes.Double(),
            MaxSeconds = bytes.Double(),
            Jitter = bytes.Double(),
            MaxElapsedSeconds = bytes.DoubleOrNull(),
        };
    }

    /// <summary>How far a coroutine has come.</summary>
    /// <param name="progress">What it says.</param>
    /// <param name="at">When, in Unix milliseconds.</param>
    public static byte[] Write(WorkProgress progress, long at)
    {
        var bytes = new BlobWriter();
        bytes.Number(at);
        bytes.Double(progress.Done);
        bytes.Double(progress.Total);
        bytes.Text(progress.Note);
        return bytes.ToArray();
    }

    public static WorkProgress? ReadProgress(byte[]? column)
    {
        if (column is null) return null;
        var bytes = new BlobReader(column);
        var at = EngineClock.ToInstant(bytes.Number());
        return new WorkProgress(bytes.Double(), bytes.DoubleOrNull(), bytes.Text(), at);
    }

    public static byte[] Write(UInt128 secret)
    {
        var bytes = new BlobWriter();
        bytes.Wide(secret);
        return bytes.ToArray();
    }

    public static UInt128 ReadSecret(byte[]? column) => column is null ? default : new BlobReader(column).Wide();
}
