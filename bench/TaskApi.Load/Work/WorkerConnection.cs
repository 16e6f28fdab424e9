using System.Text;
using TaskApi.Load.Http;

namespace TaskApi.Load.Work;

/// <summary>A worker on one connection: it gets tasks, and tells of the ones before with the same call.</summary>
/// <param name="connection">Its own.</param>
/// <param name="request">The members of its calls for work, without the outcomes.</param>
internal sealed class WorkerConnection(HttpConnection connection, string request)
{
    private const string Token = "\"lease\":{\"token\":\"";

    private readonly List<string> _tokens = [];

    /// <summary>The tokens of what it has got last, and not told of.</summary>
    public IReadOnlyList<string> Tokens => _tokens;

    /// <summary>Says what became of the last ones, and gets the next.</summary>
    /// <param name="outcome">The outcome of each, such as <c>"result":1</c>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The answer.</returns>
    public async ValueTask<ReadOnlyMemory<byte>> AcquireAsync(string outcome, CancellationToken cancellationToken)
    {
        var body = new StringBuilder("{").Append(request).Append(",\"outcomes\":[");
        for (var i = 0; i < _tokens.Count; i++) body.Append(i == 0 ? "" : ",").Append("{\"token\":\"").Append(_tokens[i]).Append("\",").Append(outcome).Append('}');
        await connection.SendAsync(HttpRequests.Make("POST", "/work/acquire", body.Append("]}").ToString()), cancellationToken);
        var answer = await connection.ReadAnswerAsync(cancellationToken);
        if (answer.Status != 200 || answer.Body.Span.IndexOf("\"problem\":"u8) >= 0)
            throw new InvalidDataException($"POST /work/acquire answered {answer.Status}: {Encoding.UTF8.GetString(answer.Body.Span)}");
        Take(answer.Body.Span);
        return answer.Body;
    }

    private void Take(ReadOnlySpan<byte> json)
    {
        _tokens.Clear();
        ReadOnlySpan<byte> mark = "\"lease\":{\"token\":\""u8;
        for (int at; (at = json.IndexOf(mark)) >= 0;)
        {
            json = json[(at + Token.Length)..];
            _tokens.Add(Encoding.ASCII.GetString(json[..json.IndexOf((byte)'"')]));
        }
    }
}
