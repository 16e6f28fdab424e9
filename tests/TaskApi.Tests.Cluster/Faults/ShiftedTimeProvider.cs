namespace TaskApi.Tests.Faults;

/// <summary>The clock of a machine that is set wrong: it goes as it should, but shows another time.</summary>
/// <param name="by">How far it is ahead.</param>
internal sealed class ShiftedTimeProvider(TimeSpan by) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + by;
}
