using System.Buffers;
using System.Globalization;
using System.Text;

namespace TaskApi.Load.Http;

/// <summary>Creation lines, framed as chunks of a body.</summary>
internal static class TaskLines
{
    /// <summary>How many lines a chunk has.</summary>
    public const int PerChunk = 1000;

    /// <summary>Tasks with a message of 8 characters, due at random between two delays: the same chunk again and again, so that making them costs nothing.</summary>
    /// <param name="count">How many; a multiple of <see cref="PerChunk"/>.</param>
    /// <param name="fromSeconds">The shortest delay.</param>
    /// <param name="toSeconds">The longest.</param>
    public static IEnumerable<byte[]> WithDelays(long count, int fromSeconds, int toSeconds)
    {
        var random = new Random(1);
        var lines = new ArrayBufferWriter<byte>();
        for (var i = 0; i < PerChunk; i++)
        {
            var delay = fromSeconds + (random.NextDouble() * (toSeconds - fromSeconds));
            Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"message\":\"task{i:0000}\",\"delaySeconds\":{delay:0.###}}}\n"), lines);
        }

        var chunk = HttpRequests.Chunk(lines.WrittenSpan);
        for (var sent = 0L; sent < count; sent += PerChunk) yield return chunk;
    }

    /// <summary>Tasks due one after the other, so many a second.</summary>
    /// <param name="count">How many; a multiple of <see cref="PerChunk"/>.</param>
    /// <param name="start">When the first is due, in whole milliseconds.</param>
    /// <param name="perSecond">How many a second; a multiple of 1,000, or a divisor of it.</param>
    /// <param name="group">Their group.</param>
    public static List<byte[]> WithDueTimes(long count, DateTimeOffset start, int perSecond, string? group = null)
    {
        var chunks = new List<byte[]>();
        var suffix = group is null ? "" : $",\"group\":\"{group}\"";
        var lines = new ArrayBufferWriter<byte>();
        for (var i = 0L; i < count; i++)
        {
            var dueAt = start.AddMilliseconds(i * 1000 / perSecond).UtcDateTime;
            Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"message\":\"due {i % 10000:0000}\",\"dueAt\":\"{dueAt:yyyy-MM-ddTHH:mm:ss.fffZ}\"{suffix}}}\n"), lines);
            if ((i + 1) % PerChunk != 0) continue;
            chunks.Add(HttpRequests.Chunk(lines.WrittenSpan));
            lines.ResetWrittenCount();
        }

        return chunks;
    }
}
