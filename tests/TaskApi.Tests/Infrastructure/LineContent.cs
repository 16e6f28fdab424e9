using System.Net;
using System.Text;
using System.Threading.Channels;

namespace TaskApi.Tests.Infrastructure;

/// <summary>A body of NDJSON that a test sends bit by bit, as a stream of unknown length.</summary>
public sealed class LineContent : HttpContent
{
    private readonly Channel<string> _pieces = Channel.CreateUnbounded<string>();

    public LineContent() => Headers.ContentType = new("application/x-ndjson");

    /// <summary>Sends a piece: lines, or a part of one.</summary>
    public ValueTask Write(string piece) => _pieces.Writer.WriteAsync(piece, TestContext.Current.CancellationToken);

    /// <summary>Ends the body.</summary>
    public void End() => _pieces.Writer.Complete();

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await foreach (var piece in _pieces.Reader.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(piece), TestContext.Current.CancellationToken);
            await stream.FlushAsync(TestContext.Current.CancellationToken);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
