using FsCheck;
using FsCheck.Fluent;
using TaskApi.Engine.Time;

namespace TaskApi.Tests.Engine;

public sealed class TimerWheelTests
{
    private static readonly long[] _boundaries = [0, 1, 63, 64, 65, 127, 128, 4_095, 4_096, 4_097, 262_143, 262_144, 16_777_216, 1_073_741_824, 31_536_000_000, 137_438_953_472, 140_000_000_000, 300_000_000_000];

    [Fact]
    public void Wheel_RandomArmDisarmAndAdvance_AgreesWithASortedList()
    {
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(400).WithEndSize(300), Prop.ForAll(Programs(), operations =>
        {
            var run = new Run();
            foreach (var operation in operations) run.Do(operation);
            run.AdvanceTo(400_000_000_000_000);
            Assert.Equal(0, run.Armed);
        }));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(4_096)]
    [InlineData(262_145)]
    [InlineData(4_286_000_000)]
    [InlineData(31_536_000_000)]
    [InlineData(137_438_953_471)]
    [InlineData(137_438_953_472)]
    [InlineData(138_000_000_000)]
    [InlineData(275_000_000_000)]
    [InlineData(300_000_000_000)]
    [InlineData(31_536_000_000_000)]
    public void Step_AtTheTickAndNotBefore_ReleasesTheTimer(long tick)
    {
        var run = new Run();
        run.Arm(tick);
        if (tick > 0) run.AdvanceTo(tick - 1);
        Assert.Equal(1, run.Armed);
        run.AdvanceTo(tick);
        Assert.Equal(0, run.Armed);
    }

    [Fact]
    public void Step_ManyTimersInOneSlotOfAHighLevel_SpreadsThemInPortionsAndKeepsTheOrder()
    {
        var run = new Run();
        for (var i = 0; i < 20_000; i++) run.Arm(1_000_000 + (i * 7919 % 5_000));
        foreach (var now in Enumerable.Range(0, 1_010).Select(i => i * 1_000L)) run.AdvanceTo(now);
        Assert.Equal(0, run.Armed);
        Assert.True(run.MostPerStep <= 256);
    }

    [Fact]
    public void Arm_FurtherThanTheWheelReaches_KeepsTheOrderAndWakesUpSeldom()
    {
        var run = new Run();
        for (var i = 0; i < 1_000; i++) run.Arm(253_402_300_799_999 - (i % 3));
        run.AdvanceTo(253_402_300_799_996);
        Assert.Equal(1_000, run.Armed);
        run.AdvanceTo(253_402_300_799_999);
        Assert.Equal(0, run.Armed);
        Assert.True(run.WakeUps < 20_000, $"{run.WakeUps} wake-ups");
    }

    [Fact]
    public void NextTick_NothingDueForAYear_AsksForFewWakeUps()
    {
        var run = new Run();
        for (var i = 0; i < 1_000; i++) run.Arm(31_536_000_000);
        run.AdvanceTo(31_535_999_999);
        Assert.True(run.WakeUps < 50, $"{run.WakeUps} wake-ups");
    }

    [Fact]
    public void Advance_ByTenYearsAtOnce_ReleasesInDueOrder()
    {
        var run = new Run();
        foreach (var tick in _boundaries.Reverse()) run.Arm(tick);
        run.Jump(315_360_000_000);
        Assert.Equal(0, run.Armed);
    }

    private static Arbitrary<(int Kind, long Value)[]> Programs()
    {
        var delay = Gen.OneOf(
            Gen.Elements(_boundaries),
            Gen.Choose(0, 200).Select(value => (long)value),
            Gen.Choose(0, 300_000).Select(value => (long)value),
            Gen.Choose(0, 31_536_000).Select(value => value * 1_000L));
        var operation = Gen.Frequency(
            (6, delay.Select(value => (0, value))),
            (2, Gen.Choose(0, 1_000).Select(value => (1, (long)value))),
            (3, delay.Select(value => (2, value))),
            (1, delay.Select(value => (3, value))));
        return operation.ArrayOf().ToArbitrary();
    }

    /// <summary>A wheel and its model: a sorted list of (tick, order of arming).</summary>
    private sealed class Run
    {
        private readonly NodeList _nodes = new();
        private readonly TimerWheel<NodeListNodes> _wheel;
        private readonly SortedSet<(long Tick, long Handle)> _model = [];
        private long _now;

        public Run() => _wheel = new TimerWheel<NodeListNodes>(new NodeListNodes(_nodes));

        public int Armed => _model.Count;

        public int WakeUps { get; private set; }

        public int MostPerStep { get; private set; }

        public void Do((int Kind, long Value) operation)
        {
            if (operation.Kind == 0) Arm(operation.Value);
            else if (operation.Kind == 1) Disarm(operation.Value);
            else if (operation.Kind == 2) AdvanceTo(_now + operation.Value);
            else Jump(_now + operation.Value);
        }

        public void Arm(long delay)
        {
            var handle = _nodes.Add();
            _wheel.Arm(handle, _now + delay, _now);
            _model.Add((_now + delay, handle));
            Assert.True(_wheel.NextTick <= _model.Min.Tick);
            Assert.Equal(_model.Count, _wheel.Count);
        }

        /// <summary>Moves the clock from one wake-up to the next, as the alarm does.</summary>
        public void AdvanceTo(long now)
        {
            while (_wheel.NextTick < now)
            {
                Jump(Math.Max(_now, _wheel.NextTick));
                WakeUps++;
            }

            Jump(now);
        }

        /// <summary>Moves the clock at once, as after a suspension.</summary>
        public void Jump(long now)
        {
            _now = now;
            var due = new long[256];
            bool more;
            do
            {
                more = _wheel.Step(now, due, out var count);
                MostPerStep = Math.Max(MostPerStep, count);
                for (var i = 0; i < count; i++)
                {
                    Assert.Equal(_model.Min, (_nodes[due[i]].Tick, due[i]));
                    _model.Remove(_model.Min);
                }
            }
            while (more);
            Assert.True(_model.Count == 0 || _model.Min.Tick > now);
            Assert.Equal(_model.Count, _wheel.Count);
        }

        private void Disarm(long choice)
        {
            if (_model.Count == 0) return;
            var victim = _model.ElementAt((int)(choice % _model.Count));
            _wheel.Disarm(victim.Handle);
            _wheel.Disarm(victim.Handle);
            _model.Remove(victim);
        }
    }

    private sealed class NodeList
    {
        private WheelNode[] _nodes = new WheelNode[4];
        private int _count;

        public ref WheelNode this[long handle] => ref _nodes[handle];

        public long Add()
        {
            if (++_count == _nodes.Length) Array.Resize(ref _nodes, _nodes.Length * 2);
            return _count;
        }
    }

    private readonly struct NodeListNodes(NodeList list) : IWheelNodes
    {
        public ref WheelNode this[long handle] => ref list[handle];
    }
}
