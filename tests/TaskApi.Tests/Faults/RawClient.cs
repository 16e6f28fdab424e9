using System.Net.Sockets;
using System.Text;

namespace TaskApi.Tests.Faults;

/// <summary>A client that says what it is told to, and may fall silent or vanish at any point.</summary>
public sealed class RawClient : IDisposable
{
    // Real time, and far more than any answer takes.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    private readonly TcpClient _connection;
    private readonly StreamReader _reader;

    private RawClient(TcpClient connection)
    {
        _connection = connection;
        _reader = new StreamReader(connection.GetStream(), Encoding.UTF8);
    }

    /// <summary>Connects to a service.</summary>
    /// <param name="service">Where to.</param>
    /// <param name="window">How many bytes it takes in that nobody has read; null for as many as usual.</param>
    public static async Task<RawClient> Connect(Uri service, int? window = null)
    {
        var connection = new TcpClient();
        if (window is { } bytes)
            connection.ReceiveBufferSize = bytes;
        await connection.ConnectAsync(service.Host, service.Port, TestContext.Current.CancellationToken);
        return new(connection);
    }

    /// <summary>Says something.</summary>
    public async Task Send(string text) => await _connection.GetStream().WriteAsync(Encoding.UTF8.GetBytes(text), TestContext.Current.CancellationToken);

    /// <summary>The next line of the answer; null at its end.</summary>
    public async Task<string?> Line() => await _reader.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(_patience, TestContext.Current.CancellationToken);

    /// <summary>The next line that is as it should be; those before it are passed over.</summary>
    public async Task<string> LineThat(Func<string, bool> isMeant)
    {
        while (await Line() is { } line)
        {
            if (isMeant(line))
                return line;
        }

        throw new EndOfStreamException();
    }

    /// <summary>The next line with this beginning.</summary>
    public Task<string> LineOf(string beginning) => LineThat(line => line.StartsWith(beginning, StringComparison.Ordinal));

    /// <summary>Everything up to the end of the connection.</summary>
    public async Task<string> Rest() => await _reader.ReadToEndAsync(TestContext.Current.CancellationToken).WaitAsync(_patience, TestContext.Current.CancellationToken);

    /// <summary>Hangs up, in good order.</summary>
    public void Close() => _connection.Close();

    /// <summary>Is gone: as when a machine fails, or a program is killed.</summary>
    public void Reset() => _connection.Client.Close(0);

    public void Dispose()
    {
        _reader.Dispose();
        _connection.Dispose();
    }
}
