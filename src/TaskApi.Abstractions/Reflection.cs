namespace TaskApi;

/// <summary>Why some calls don't go where code is trimmed or compiled ahead of time.</summary>
internal static class Reflection
{
    public const string Reason = "System.Text.Json finds out by reflection how the type is written and read. There is an overload that takes a JsonTypeInfo, from a source-generated context.";
}
