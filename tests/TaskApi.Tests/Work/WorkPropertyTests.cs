using FsCheck;
using FsCheck.Fluent;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;
using static TaskApi.Tests.Work.WorkFixture;

namespace TaskApi.Tests.Work;

/// <summary>
/// The engine against the model: tasks whose workers return, raise, give back, hang, vanish and come back, cancelled and timed out and changed at
/// any time. After each step every task is as the model has it.
/// </summary>
public sealed class WorkPropertyTests
{
    private const int GraceMs = 700;

    /// <summary>One step of a history: what happens, and three numbers that say more.</summary>
    public sealed record Happening(int Kind, int First, int Second, int Third);

    [Fact]
    public void History_OfManyTasks_IsThatOfTheModel() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(WorkStorage.Histories).WithEndSize(120), Prop.ForAll(Histories(), static steps =>
    {
        using var run = new Run();
        foreach (var step in steps) run.Take(step);
        run.End();
    }));

    private static Arbitrary<Happening[]> Histories()
    {
        var steps =
            from kind in Gen.Frequency((4, Gen.Constant(0)), (5, Gen.Constant(1)), (4, Gen.Constant(2)), (5, Gen.Constant(3)), (2, Gen.Constant(4)), (2, Gen.Constant(5)), (1, Gen.Constant(6)), (1, Gen.Constant(7)))
            from first in Gen.Choose(0, 10_000)
            from second in Gen.Choose(0, 10_000)
            from third in Gen.Choose(0, 10_000)
            select new Happening(kind, first, second, third);
        return Arb.From(steps.ArrayOf());
    }

    private sealed class Run : IDisposable
    {
        private static readonly string[] _queues = ["a", "b"];

        private readonly WorkFixture _engine = new(static options => options.FailedRetention = options.Retention = TimeSpan.FromHours(1), static work => work.CancelGrace = TimeSpan.FromMilliseconds(GraceMs));
        private readonly WorkModel _model;
        private readonly List<LeaseToken> _tokens = [];
        private readonly Dictionary<Guid, ModelTask> _byId = [];

        public Run() => _model = new WorkModel(_engine.Clock.GetUtcNow().ToUnixTimeMilliseconds(), GraceMs);

        public void Take(Happening step)
        {
            // Nothing of it takes time, but the clock.
            var done = step.Kind switch
            {
                0 => Create(step),
                1 => Advance(step.First % 2_000),
                2 => Acquire(_queues[step.First % 2], 1 + (step.Second % 4), 100 + (step.Third % 1_500)),
                3 => Finish(step),
                4 => Beat(step),
                5 => Cancel(step),
                6 => Change(step),
                _ => GiveBack(step),
            };
            done.GetAwaiter().GetResult();
            _model.Settle();
            Compare().GetAwaiter().GetResult();
        }

        /// <summary>When all are done and forgotten, nothing is left of them.</summary>
        public void End()
        {
            _engine.Storage.CancelAllAsync("", default, new TaskError(TaskError.Cancelled, null), Ended).AsTask().GetAwaiter().GetResult();
            _engine.Advance(1);
            _engine.Advance(3_700);
            _engine.AssertNothingIsLeft();
        }

        public void Dispose() => _engine.Dispose();

        private async Task Create(Happening step)
        {
            var retry = new RetryPolicy { MaxAttempts = 1 + (step.First % 3), MaxLosses = step.Second % 3, InitialSeconds = step.Third % 4 / 2.0, Factor = 2, Jitter = 0, MaxElapsedSeconds = step.First % 5 == 0 ? 4 : null };
            var (timeout, attempt) = (step.Second % 4 == 0 ? 1 + (step.Third % 4_000) : 0, step.First % 4 == 0 ? 1 + (step.Second % 1_000) : 0);
            var spec = Spec(
                step.First % 3 == 0 ? 0 : step.First % 1_500 / 1000.0, "t" + (step.Third % 2), _queues[step.Second % 2], (step.Third % 3) - 1, "1", retry,
                timeout == 0 ? null : timeout / 1000.0, attempt == 0 ? null : attempt / 1000.0);
            var created = await _engine.Create(spec);
            var model = new ModelTask
            {
                Number = _model.Tasks.Count,
                Id = created.Id,
                Queue = spec.Work!.Queue!,
                Priority = spec.Work.Priority,
                TimeoutAt = timeout == 0 ? long.MaxValue : _model.Now + timeout,
                AttemptMs = attempt,
                Facts = new TaskFacts { Retry = retry, CreatedAt = _model.Now, DueAt = created.DueAt.ToUnixTimeMilliseconds() },
            };
            _model.Tasks.Add(model);
            _byId[created.Id] = model;
        }

        private Task Advance(int ms)
        {
            _model.Advance(ms);
            _engine.Clock.Advance(TimeSpan.FromMilliseconds(ms));
            return Task.CompletedTask;
        }

        private async Task Acquire(string queue, int max, int leaseMs)
        {
            var expected = _model.Acquire(queue, max, leaseMs);
            var taken = (await _engine.Work.AcquireAsync(WorkAcquire.OfWorker("", Worker, [queue], max, TimeSpan.FromMilliseconds(leaseMs), TimeSpan.Zero), Ended)).Tasks;
            Assert.Equal(expected.Select(static task => (task.Id, task.Facts.Attempt)), taken.Select(static task => (task.Task.Id, task.Task.Work!.Attempt)));
            _tokens.AddRange(taken.Select(static task => task.Token));
        }

        private async Task Finish(Happening step)
        {
            if (_tokens.Count == 0) return;
            var token = _tokens[step.First % _tokens.Count];
            var (outcome, command) = (step.Second % 5) switch
            {
                0 => (WorkOutcome.Returned(token, Json("1")), TaskCommand.Succeed()),
                1 => (WorkOutcome.Ended(token), TaskCommand.AcknowledgeCancel(random: 0)),
                2 => (WorkOutcome.Released(token, step.Third % 800 / 1000.0), TaskCommand.Release(step.Third % 800)),
                _ => (WorkOutcome.Raised(token, "ValueError", null, retry: step.Third % 5 > 0), TaskCommand.Fail(new TaskError("ValueError", null), random: 0, retry: step.Third % 5 > 0)),
            };
            var task = _byId[token.Task];
            var isCurrent = IsCurrent(token);
            var answer = await _engine.Finish(outcome);
            if (!isCurrent) return;
            _model.Apply(task, command);
            Assert.Equal((FinishProblem.None, task.Facts.State), (answer.Problem, answer.State));
            Assert.Equal(answer, await _engine.Finish(outcome));
        }

        private async Task Beat(Happening step)
        {
            if (_tokens.Count == 0) return;
            var token = _tokens[step.First % _tokens.Count];
            var lease = 100 + (step.Second % 1_500);
            var answer = await _engine.Work.HeartbeatAsync(
                new WorkHeartbeat { Owner = "", Worker = Worker, Leases = [new LeaseBeat(token, new WorkProgress(step.Third, null, null))], Lease = TimeSpan.FromMilliseconds(lease) }, Ended);
            if (!IsCurrent(token)) return;
            var task = _byId[token.Task];
            task.LeaseAt = _model.Now + lease;
            Assert.Equal((0, task.Facts.CancelRequest is null ? 0 : 1), (answer.Lost.Count, answer.Cancel.Count));
        }

        private async Task Cancel(Happening step)
        {
            if (_model.Tasks.Count == 0) return;
            var task = _model.Tasks[step.First % _model.Tasks.Count];
            var force = step.Second % 4 == 0;
            var transition = _model.Apply(task, TaskCommand.Cancel(new TaskError(TaskError.Cancelled, null), force));
            var answer = await _engine.Cancel(task.Id, force: force);
            Assert.Equal(transition.Refusal == TransitionRefusal.None ? AnswerStatus.Ok : AnswerStatus.AlreadyFinished, answer.Status);
        }

        private async Task Change(Happening step)
        {
            if (_model.Tasks.Count == 0) return;
            var task = _model.Tasks[step.First % _model.Tasks.Count];
            var (delay, priority) = (step.Second % 3 == 0 ? step.Second % 900 : -1, (step.Third % 3) - 1);
            var answer = await _engine.Storage.RescheduleAsync("", task.Id, new TaskRevision(delay < 0 ? null : new TaskSchedule(delay / 1000.0), null, Priority: priority), condition: null, Ended);
            if (task.Facts.State != TaskState.Pending)
            {
                Assert.Equal(task.Facts.State == TaskState.Running ? AnswerStatus.IsRunning : AnswerStatus.AlreadyFinished, answer.Status);
                return;
            }

            task.Priority = priority;
            if (delay >= 0) _model.Apply(task, TaskCommand.Reschedule(delay));
        }

        private async Task GiveBack(Happening step)
        {
            if (_tokens.Count == 0) return;
            var token = _tokens[step.First % _tokens.Count];
            var isCurrent = IsCurrent(token);
            await _engine.Work.ReturnAsync("", [token]);
            if (isCurrent) _model.Apply(_byId[token.Task], TaskCommand.Return());
            _tokens.Remove(token);
        }

        // The token of an attempt that was given back has the number of the next one.
        private bool IsCurrent(LeaseToken token) => _byId[token.Task].Facts is { State: TaskState.Running } facts && facts.Attempt == token.Attempt;

        private async Task Compare()
        {
            foreach (var model in _model.Tasks)
            {
                var (expected, task) = (model.Facts, await _engine.Find(model.Id));
                Assert.Equal(
                    (expected.State, expected.Attempt, expected.DueAt, expected.Error?.Reason, expected.State == TaskState.Running ? expected.CancelRequest?.Reason : null, model.Priority),
                    (task.State, task.Work!.Attempt, task.DueAt.ToUnixTimeMilliseconds(), task.Error?.Reason, task.Work.CancelRequest?.Reason, task.Work.Priority));
                Assert.Equal(expected.State.IsDone() ? expected.FinishedAt : null, task.FinishedAt?.ToUnixTimeMilliseconds());
            }

            var (stats, tasks) = (await _engine.Stats(), _model.Tasks);
            Assert.Equal(
                (tasks.Count, tasks.Count(_model.IsReady), tasks.Count(static task => task.Facts.State == TaskState.Pending), tasks.Count(static task => task.Facts.State == TaskState.Running), _model.Retried, _model.Lost),
                (stats.Created, stats.Ready, stats.Pending, stats.Running, stats.Retried, stats.Lost));
        }
    }
}
