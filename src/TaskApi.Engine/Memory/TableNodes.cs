using TaskApi.Engine.Time;

namespace TaskApi.Engine.Memory;

/// <summary>The entries' timers, as the wheel sees them. A struct, so that the compiler makes a wheel of its own for it, without indirect calls.</summary>
internal readonly struct TableNodes(TaskTable table) : IWheelNodes
{
    public ref WheelNode this[long handle] => ref table.Entry(handle).Timer;
}
