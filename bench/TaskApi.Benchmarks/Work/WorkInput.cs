using System.Text;

namespace TaskApi.Benchmarks.Work;

/// <summary>Inputs of 100 bytes, each another.</summary>
internal static class WorkInput
{
    /// <summary>The input with this number.</summary>
    public static byte[] Of(int number) => Encoding.UTF8.GetBytes(FormattableString.Invariant($$"""{"number":{{number:00000000}},"text":"{{new string('x', 73)}}"}"""));
}
