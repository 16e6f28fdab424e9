using System.Data.Common;

namespace TaskApi.Storage.Rows;

/// <summary>A worker that has called, where many processes are called: written down now and then, and not with each call.</summary>
/// <param name="Owner">The number of its owner.</param>
/// <param name="Worker">Its name.</param>
/// <param name="Queues">The queues that it asked for, with commas between them; null if nothing is to be said of them.</param>
/// <param name="Seen">When it called, on the retention clock.</param>
internal sealed record WorkerRow(int Owner, string Worker, string? Queues, long Seen)
{
    /// <summary>How many attempts it runs.</summary>
    public int Running { get; init; }

    /// <summary>The queues.</summary>
    public IReadOnlyList<string> QueueNames => Queues?.Split(',') ?? [];

    /// <summary>Queues as they are kept: what their names consist of has no comma.</summary>
    public static string Join(IReadOnlyList<string> queues) => string.Join(',', queues);

    /// <summary>Those of an owner that have called of late.</summary>
    /// <param name="connection">Where.</param>
    /// <param name="text">What is asked: <see cref="ReadTexts.Workers"/>.</param>
    /// <param name="owner">His number.</param>
    /// <param name="since">Since when, on the retention clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async ValueTask<List<WorkerRow>> ReadAsync(DbConnection connection, string text, int owner, long since, CancellationToken cancellationToken)
    {
        var found = new List<WorkerRow>();
        using var find = new Statement(connection, text, "@owner", "@since");
        await using var reader = await find.Set(0, (long)owner).Set(1, since).ReadAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            found.Add(new WorkerRow(owner, System.Text.Encoding.UTF8.GetString(reader.GetFieldValue<byte[]>(0)), reader.IsDBNull(1) ? null : reader.GetString(1), reader.GetInt64(2))
            {
                Running = (int)reader.GetInt64(3),
            });
        }

        return found;
    }
}
