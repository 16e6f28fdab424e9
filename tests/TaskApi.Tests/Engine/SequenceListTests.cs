using FsCheck;
using FsCheck.Fluent;
using TaskApi.Engine.Memory;

namespace TaskApi.Tests.Engine;

public sealed class SequenceListTests
{
    [Fact]
    public void List_RandomAppendsAndRemovals_AgreesWithASortedSet()
    {
        var operations = Gen.Choose(-3, 3_000).ArrayOf().ToArbitrary();
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(100).WithEndSize(3_000), Prop.ForAll(operations, static values =>
        {
            var (list, model, next) = (new SequenceList(), new SortedSet<long>(), 0L);
            foreach (var value in values)
            {
                if (value < 1_500)
                {
                    list.Append(next += 1 + Math.Abs(value % 3));
                    model.Add(next);
                }
                else
                {
                    list.Remove(value - 1_500);
                    model.Remove(value - 1_500);
                }
            }

            Assert.Equal(model.Count, list.Count);
            foreach (var after in new long[] { 0, 1, 700, next - 1, next })
            {
                Span<long> copied = new long[600];
                var count = list.CopyAfter(after, copied);
                Assert.Equal(model.Where(value => value > after).Take(600), copied[..count].ToArray());
            }
        }));
    }
}
