using System.Text;
using System.Text.Json;

namespace TaskApi.AspNetCore.Http.Json;

/// <summary>The names of the objects that are being read, so that none has one twice. Few names are compared one by one; many are looked up.</summary>
internal sealed class JsonNames
{
    private const int Few = 16;

    private readonly List<byte[]> _names = [];
    private readonly Stack<(int Start, HashSet<string>? Many)> _objects = new();

    /// <summary>An object begins.</summary>
    public void Open() => _objects.Push((_names.Count, null));

    /// <summary>The object that began last ends.</summary>
    public void Close()
    {
        var start = _objects.Pop().Start;
        _names.RemoveRange(start, _names.Count - start);
    }

    /// <summary>Nothing is being read any more.</summary>
    public void Clear()
    {
        _names.Clear();
        _objects.Clear();
    }

    /// <summary>Notes the name that the reader is at; false if the object has it already.</summary>
    public bool TryAdd(ref Utf8JsonReader reader)
    {
        var (start, many) = _objects.Peek();
        if (many is not null)
            return many.Add(reader.GetString()!);
        for (var i = start; i < _names.Count; i++)
        {
            // Compares what the name means, however it is escaped.
            if (reader.ValueTextEquals(_names[i]))
                return false;
        }

        _names.Add(reader.ValueIsEscaped ? Encoding.UTF8.GetBytes(reader.GetString()!) : reader.ValueSpan.ToArray());
        if (_names.Count - start <= Few)
            return true;
        _objects.Pop();
        _objects.Push((start, [.. _names.Skip(start).Select(Encoding.UTF8.GetString)]));
        return true;
    }
}
