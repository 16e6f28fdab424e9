using System.Buffers;
using System.Globalization;
using System.Text;
using TaskApi.Load.Http;

namespace TaskApi.Load.Work;

/// <summary>Creation lines of tasks with a type, framed as chunks of a body: the same chunk again and again, so that making them costs nothing.</summary>
internal static class WorkLines
{
    /// <summary>Tasks that are due at once.</summary>
    /// <param name="count">How many; a multiple of <see cref="TaskLines.PerChunk"/>.</param>
    /// <param name="type">Their type.</param>
    /// <param name="queues">Over how many queues they are spread, called by the type and a number; 0: their type's own. A divisor of <see cref="TaskLines.PerChunk"/>.</param>
    public static IEnumerable<byte[]> Of(long count, string type, int queues = 0) =>
        Of(count, type, i => queues == 0 ? "" : $",\"queue\":\"{QueueOf(type, i % queues)}\"");

    /// <summary>Tasks that are due at once, in their type's own queue.</summary>
    /// <param name="count">How many; a multiple of <see cref="TaskLines.PerChunk"/>.</param>
    /// <param name="type">Their type.</param>
    /// <param name="members">What else each says, by its place in the chunk: nothing, or members with a comma before each.</param>
    public static IEnumerable<byte[]> Of(long count, string type, Func<int, string> members)
    {
        var lines = new ArrayBufferWriter<byte>();
        for (var i = 0; i < TaskLines.PerChunk; i++) Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"type\":\"{type}\",\"input\":{i}{members(i)}}}\n"), lines);
        var chunk = HttpRequests.Chunk(lines.WrittenSpan);
        for (var sent = 0L; sent < count; sent += TaskLines.PerChunk) yield return chunk;
    }

    /// <summary>The name of a queue of that many.</summary>
    public static string QueueOf(string type, int number) => string.Create(CultureInfo.InvariantCulture, $"{type}-{number}");
}
