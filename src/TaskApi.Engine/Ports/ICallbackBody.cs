using System.Buffers;
using TaskApi.Engine.Model;

namespace TaskApi.Engine.Ports;

/// <summary>Writes what callbacks tell: who shows tasks to clients knows how they look. Thread-safe.</summary>
internal interface ICallbackBody
{
    /// <summary>Writes it, one JSON value in UTF-8.</summary>
    /// <param name="output">Receives it.</param>
    /// <param name="task">All of the task, which is done.</param>
    void Write(IBufferWriter<byte> output, TaskSnapshot task);
}
