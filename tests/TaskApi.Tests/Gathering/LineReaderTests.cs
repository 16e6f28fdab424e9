using System.Buffers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using TaskApi.AspNetCore.Api.Gathering;

namespace TaskApi.Tests.Gathering;

public sealed class LineReaderTests
{
    private const int MaxLength = 8;
    private const string TooLong = "(too long)";

    [Fact]
    public void Lines_HoweverTheBodyIsCutUp_AreTheSame()
    {
        var pieces = Gen.Elements("a", "bc", "\n", "\r\n", "\r", "12345678", "123456789").ArrayOf().Select(string.Concat);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(
            Arb.From(Gen.Zip(pieces, Gen.Choose(1, 10))), static body => Assert.Equal(Expected(body.Item1), Read(body.Item1, body.Item2))));
    }

    [Theory]
    [InlineData("", new string[0])]
    [InlineData("\n", new[] { "" })]
    [InlineData("a\r\nb", new[] { "a", "b" })]
    [InlineData("a\n\nb\n", new[] { "a", "", "b" })]
    [InlineData("12345678\r\n12345678\n12345678", new[] { "12345678", "12345678", "12345678" })]
    [InlineData("123456789\na\n1234567890123456789012345", new[] { TooLong, "a", TooLong })]
    [InlineData("\r", new[] { "" })]
    [InlineData("a\rb\n", new[] { "a\rb" })]
    public void Lines_OfABody_AreThese(string body, string[] lines)
    {
        Assert.Equal(lines, Expected(body));
        Assert.Equal(lines, Read(body, step: 100));
        Assert.Equal(lines, Read(body, step: 1));
    }

    private static string[] Expected(string body)
    {
        var lines = body.Split('\n');
        return [.. lines.SkipLast(lines[^1].Length == 0 ? 1 : 0).Select(static line => line.EndsWith('\r') ? line[..^1] : line).Select(static line => line.Length > MaxLength ? TooLong : line)];
    }

    // As it arrives: some bytes more each time, in a sequence of small segments.
    private static List<string> Read(string body, int step)
    {
        var reader = new LineReader(MaxLength);
        var lines = new List<string>();
        var (arrived, consumed) = (0, 0L);
        do
        {
            arrived = Math.Min(body.Length, arrived + step);
            var buffer = Segments(Encoding.ASCII.GetBytes(body)[(int)consumed..arrived], step);
            var length = buffer.Length;
            while (reader.TryRead(ref buffer, arrived == body.Length, out var line))
            {
                lines.Add(line is { } taken ? Encoding.ASCII.GetString(taken) : TooLong);
                Assert.Equal(lines.Count, reader.Number);
            }

            Assert.True(buffer.Length <= MaxLength + 1, "More is kept than a line may have.");
            consumed += length - buffer.Length;
        }
        while (arrived < body.Length);
        Assert.Equal(body.Length, consumed);
        return lines;
    }

    private static ReadOnlySequence<byte> Segments(byte[] bytes, int size)
    {
        var first = new Segment(bytes.AsMemory(0, Math.Min(size, bytes.Length)), 0);
        var last = first;
        for (var i = size; i < bytes.Length; i += size)
            last = last.Append(bytes.AsMemory(i, Math.Min(size, bytes.Length - i)));
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, long index) => (Memory, RunningIndex) = (memory, index);

        public Segment Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Segment(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
