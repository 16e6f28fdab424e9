using System.Text;
using TaskApi.Load.Http;

namespace TaskApi.Load.Commands;

/// <summary>One reader of the event stream, who counts.</summary>
internal sealed class EventSubscriber
{
    private readonly HttpConnection _connection;
    private readonly bool _timed;
    private bool _isCreation;
    private long _events;

    private EventSubscriber(HttpConnection connection, bool timed)
    {
        _connection = connection;
        _timed = timed;
    }

    /// <summary>How many events it got.</summary>
    public long Events => Volatile.Read(ref _events);

    /// <summary>How many of them were creations.</summary>
    public long Creations { get; private set; }

    /// <summary>How often it was told that it missed some.</summary>
    public int Gaps { get; private set; }

    /// <summary>From the instant that an event carries (whole milliseconds) to its reading; empty unless timed.</summary>
    public List<double> LatencyMs { get; } = [];

    /// <summary>Subscribes; the head of the answer is there when this returns.</summary>
    public static async Task<EventSubscriber> OpenAsync(Service service, bool timed, CancellationToken cancellationToken)
    {
        var connection = await HttpConnection.OpenAsync(service.Url, 16 * 1024, cancellationToken);
        var request = "GET /tasks/events HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n";
        await connection.SendAsync(Encoding.ASCII.GetBytes(request), cancellationToken);
        var status = await connection.ReadHeadAsync(cancellationToken);
        return status == 200 ? new EventSubscriber(connection, timed) : throw new InvalidDataException($"GET /tasks/events answered {status}.");
    }

    /// <summary>Reads until told to leave.</summary>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        using var connection = _connection;
        var lines = new LineReader(connection);
        try
        {
            while (await lines.FillAsync(cancellationToken))
            {
                while (lines.TryRead(out var line)) Read(line);
            }
        }
        catch (OperationCanceledException)
        {
            // Told to leave.
        }
    }

    private void Read(ReadOnlySpan<byte> line)
    {
        if (line.StartsWith("event: gap"u8)) Gaps++;
        else if (line.StartsWith("event: "u8))
        {
            _isCreation = line.SequenceEqual("event: created"u8);
            if (_isCreation) Creations++;
            _events++;
        }
        else if (_timed && line.StartsWith("data: {\"id\""u8)) Time(line["data: ".Length..]);
    }

    private void Time(ReadOnlySpan<byte> json)
    {
        var now = Clock.Now;
        var task = TaskAnswer.Parse(json.ToArray());
        LatencyMs.Add((now - (_isCreation ? task.CreatedAt : task.FinishedAt!.Value)).TotalMilliseconds);
    }
}
