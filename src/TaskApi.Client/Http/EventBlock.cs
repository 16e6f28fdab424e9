using System.Runtime.CompilerServices;
using System.Text;

namespace TaskApi.Client.Http;

/// <summary>
/// A block of Server-Sent Events (HTML Standard, section 9.2) that has an id, data, or both. The framework's parser hands out only blocks
/// with data; and the id that it has last read may be that of an event of which the rest never came.
/// </summary>
/// <param name="Id">The id; null if the block has none.</param>
/// <param name="Name">What kind of event it is.</param>
/// <param name="Data">The data, lines joined by line feeds; null if the block is no event.</param>
internal readonly record struct EventBlock(string? Id, string Name, string? Data)
{
    private static readonly EventBlock _empty = new(null, "message", null);

    /// <summary>Reads blocks up to the end of the stream. One that breaks off is left out.</summary>
    public static async IAsyncEnumerable<EventBlock> ReadAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var lines = new StreamReader(stream, Encoding.UTF8);
        var block = _empty;
        while (await lines.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
        {
            if (line.Length > 0)
            {
                block = block.With(line);
                continue;
            }

            if (block.Id is not null || block.Data is not null)
                yield return block;
            block = _empty;
        }
    }

    private EventBlock With(string line)
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        var name = colon < 0 ? line : line[..colon];
        var value = colon < 0 ? "" : line.AsSpan(colon + 1) is [' ', .. var rest] ? rest.ToString() : line[(colon + 1)..];
        return name switch
        {
            "id" => this with { Id = value },
            "event" => this with { Name = value },
            "data" => this with { Data = Data is null ? value : $"{Data}\n{value}" },
            _ => this,
        };
    }
}
