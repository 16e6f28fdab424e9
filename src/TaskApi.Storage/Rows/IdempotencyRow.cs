using System.Data.Common;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.Storage.Rows;

/// <summary>A call as it stands in the database.</summary>
/// <param name="Record">What the rest of the service knows of it.</param>
/// <param name="Since">From when on it is kept for its time, on the retention clock.</param>
/// <param name="Tasks">What it created, as it was written down.</param>
internal sealed record IdempotencyRow(IdempotencyRecord Record, long Since, byte[] Tasks)
{
    /// <summary>Takes a row from a reader of <see cref="ReadTexts.FindKey"/>.</summary>
    public static IdempotencyRow Read(DbDataReader reader) => new(
        new IdempotencyRecord(Digest.Read(reader.GetFieldValue<byte[]>(0)), reader.GetInt64(2) != 0, reader.IsDBNull(4) ? null : reader.GetFieldValue<byte[]>(4)),
        reader.GetInt64(1),
        reader.GetFieldValue<byte[]>(3));
}
