using System.Buffers.Binary;
using TaskApi.Engine.Model;

namespace TaskApi.Storage.Rows;

/// <summary>The tasks that a task has been told to wait for, as bytes that mean nothing to the database.</summary>
internal static class AfterBlob
{
    private const int IdBytes = 16;

    /// <summary>Writes them.</summary>
    /// <param name="start">What it waits for.</param>
    public static byte[] Write(AfterStart start)
    {
        var after = start.Tasks;
        var bytes = new BlobWriter();
        bytes.Number((long)after.On);
        bytes.Number(start.Depth);
        foreach (var id in after.Ids) bytes.Wide(BinaryPrimitives.ReadUInt128LittleEndian(id.ToByteArray()));
        return bytes.ToArray();
    }

    /// <summary>What it waits for, or has waited for; null for nothing.</summary>
    public static WorkAfter? Read(byte[]? column)
    {
        if (column is null) return null;
        var bytes = new BlobReader(column);
        var on = (AfterRule)bytes.Number();
        bytes.Number();
        var ids = new Guid[bytes.Rest.Length / IdBytes];
        for (var i = 0; i < ids.Length; i++) ids[i] = new Guid(bytes.Bytes(IdBytes));
        return new WorkAfter(ids, on);
    }

    /// <summary>What those that it waits for have to come to.</summary>
    public static AfterRule ReadRule(byte[] column) => (AfterRule)new BlobReader(column).Number();

    /// <summary>How many tasks wait one for the other, up to it; 0 if it waits for nothing.</summary>
    public static int ReadDepth(byte[]? column)
    {
        if (column is null) return 0;
        var bytes = new BlobReader(column);
        bytes.Number();
        return (int)bytes.Number();
    }
}
