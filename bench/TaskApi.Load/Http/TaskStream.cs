using System.Text;

namespace TaskApi.Load.Http;

/// <summary>Creates tasks through <c>POST /tasks/batch</c> with NDJSON, reading the answers while it sends.</summary>
internal static class TaskStream
{
    private const int BufferSize = 256 * 1024;

    /// <summary>Sends all blocks and checks that each line is answered with a task.</summary>
    /// <param name="url">The service.</param>
    /// <param name="chunks">Creation lines, framed as chunks.</param>
    /// <param name="onTask">Called for each answer in order: its number from 0, and its JSON. Null: only counted.</param>
    /// <param name="cancellationToken">Ends the wait for the service.</param>
    /// <returns>How many tasks were created.</returns>
    /// <exception cref="InvalidDataException">The service refused something.</exception>
    public static async Task<long> CreateAsync(Uri url, IEnumerable<byte[]> chunks, Action<long, ReadOnlySpan<byte>>? onTask, CancellationToken cancellationToken)
    {
        using var connection = await HttpConnection.OpenAsync(url, BufferSize, cancellationToken);
        await connection.SendAsync(HttpRequests.MakeStreamHead("POST", "/tasks/batch"), cancellationToken);
        var sending = Task.Run(() => SendAsync(connection, chunks, cancellationToken), cancellationToken);
        var status = await connection.ReadHeadAsync(cancellationToken);
        if (status != 200) throw new InvalidDataException($"POST /tasks/batch answered {status}.");

        var answers = new LineReader(connection);
        var count = 0L;
        while (await answers.FillAsync(cancellationToken))
        {
            while (answers.TryRead(out var line))
            {
                if (!line.StartsWith("{\"id\":"u8)) throw new InvalidDataException($"Line {count + 1} was answered with {Encoding.UTF8.GetString(line)}");
                onTask?.Invoke(count, line);
                count++;
            }
        }

        await sending;
        return count;
    }

    private static async Task SendAsync(HttpConnection connection, IEnumerable<byte[]> chunks, CancellationToken cancellationToken)
    {
        foreach (var chunk in chunks) await connection.SendAsync(chunk, cancellationToken);
        await connection.SendAsync(HttpRequests.LastChunk, cancellationToken);
    }
}
