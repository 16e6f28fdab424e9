using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text.Json.Serialization.Metadata;
using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.AspNetCore.Http.Bodies;
using TaskApi.AspNetCore.Http.Callers;
using TaskApi.AspNetCore.Http.Problems;
using TaskApi.AspNetCore.Http.Streaming;
using TaskApi.Engine.Model;
using TaskApi.Engine.Ports;

namespace TaskApi.AspNetCore.Api.Gathering;

/// <summary>
/// Some lines of a streamed batch at a time: what they ask for is created together, then each is answered in its turn. What it
/// takes is used again for the next lines, so that a stream of any length needs the memory of one chunk.
/// </summary>
/// <param name="context">The call.</param>
/// <param name="commands">Creates the tasks.</param>
/// <param name="contexts">What they are judged by.</param>
/// <param name="json">Writes the answers.</param>
internal sealed class BatchChunk(HttpContext context, ITaskCommands commands, CreationContextFactory contexts, JsonStreamWriter json) : IDisposable
{
    /// <summary>The most bytes that a line may have.</summary>
    public const int MaxLineLength = 64 << 10;

    private const int Capacity = 256;

    // Of messages and inputs, so that long ones take no more memory than short ones, nor their answers.
    private const int MaxCharacters = 32 << 10;

    private readonly string _owner = context.Owner();
    private readonly JsonTypeInfo<CreateTaskRequest> _request = json.TypeInfo<CreateTaskRequest>();
    private readonly JsonTypeInfo<TaskResponse> _response = json.TypeInfo<TaskResponse>();
    private readonly JsonTypeInfo<BatchLineProblem> _problem = json.TypeInfo<BatchLineProblem>();
    private readonly List<TaskSpec> _tasks = new(Capacity);
    private readonly List<(long Number, ProblemResult? Problem)> _lines = new(Capacity);
    private byte[]? _copy;
    private int _characters;

    /// <summary>True when no more lines fit.</summary>
    public bool IsFull => _lines.Count == Capacity || _characters >= MaxCharacters;

    /// <summary>The number of the first line that has been taken and not answered; null if there is none.</summary>
    public long? FirstLine => _lines.Count == 0 ? null : _lines[0].Number;

    /// <summary>Takes a line, unless it is blank.</summary>
    /// <param name="number">Its number, from 1.</param>
    /// <param name="line">The line; null for one that was too long.</param>
    public void Add(long number, ReadOnlySequence<byte>? line)
    {
        var errors = new FieldErrors();
        if (line is not { } utf8)
            errors.Add(FieldErrors.Body, string.Create(CultureInfo.InvariantCulture, $"must have at most {MaxLineLength} bytes on one line."));
        else if (Parse(utf8, errors) is { } task)
            Take(task);
        else if (errors.IsEmpty)
            return;
        _lines.Add((number, errors.IsEmpty ? null : errors.ToProblem()));
    }

    /// <summary>Creates what the lines ask for, answers each of them, and forgets them.</summary>
    /// <returns>False if the service is shutting down: the first line that it didn't create is the last that is answered.</returns>
    public async ValueTask<bool> CompleteAsync(PipeWriter target, CancellationToken cancellationToken)
    {
        var (next, done) = (0, 0);
        while (next < _lines.Count)
        {
            var answer = await CreateAsync(done, cancellationToken);
            var (status, created) = answer;
            foreach (var handle in created)
            {
                next = WriteProblems(target, next);
                json.WriteLine(target, handle.Task.ToCreated(), _response);
                next++;
            }

            next = WriteProblems(target, next);
            if (status == AnswerStatus.Ok)
            {
                done += created.Length;
                continue;
            }

            // Where there is no room for all that is left, the next one had none either; and one that exists is asked for alone.
            var refused = status is AnswerStatus.CapacityReached or AnswerStatus.TaskExists or AnswerStatus.DependencyNotFound or AnswerStatus.TooDeep or AnswerStatus.TooLong ? 1 : _tasks.Count - done;
            for (var i = 0; i < refused; i++)
            {
                WriteProblem(target, _lines[next].Number, TaskAnswer.Refused(status, answer.Conflict, answer.After).ToProblem());
                if (status == AnswerStatus.ShuttingDown)
                    return false;
                next = WriteProblems(target, next + 1);
            }

            done += refused;
        }

        _tasks.Clear();
        _lines.Clear();
        _characters = 0;
        return true;
    }

    /// <summary>Answers a line with a problem.</summary>
    public void WriteProblem(PipeWriter target, long number, ProblemResult problem) =>
        json.WriteLine(target, new BatchLineProblem(number, problem.ToDocument(context)), _problem);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_copy is not null)
            ArrayPool<byte>.Shared.Return(_copy);
    }

    // All that are left or, if there is no room for all, the next one.
    private async ValueTask<TasksAnswer> CreateAsync(int from, CancellationToken cancellationToken)
    {
        if (from == _tasks.Count)
            return new(AnswerStatus.Ok, []);
        var left = CountTogether(from);
        var answer = await commands.CreateManyAsync(_owner, left == _tasks.Count ? _tasks : _tasks.GetRange(from, left), watch: false, cancellationToken);
        return answer.Status == AnswerStatus.CapacityReached && left > 1
            ? await commands.CreateManyAsync(_owner, [_tasks[from]], watch: false, cancellationToken)
            : answer;
    }

    // Those up to the next that may exist already, and have a problem of its own then.
    private int CountTogether(int from)
    {
        var next = _tasks.FindIndex(from, static task => task.Work is { IsRelated: true });
        return next < 0 ? _tasks.Count - from : Math.Max(1, next - from);
    }

    private void Take(TaskSpec task)
    {
        _tasks.Add(task);
        _characters += task.Message.Length + (task.Work?.Input.Length ?? 0);
    }

    private int WriteProblems(PipeWriter target, int next)
    {
        while (next < _lines.Count && _lines[next] is (var number, { } problem))
        {
            WriteProblem(target, number, problem);
            next++;
        }

        return next;
    }

    // Null, without an error, if the line is blank.
    private TaskSpec? Parse(in ReadOnlySequence<byte> line, FieldErrors errors)
    {
        var utf8 = line.IsSingleSegment ? line.FirstSpan : Copy(line);
        if (utf8.Trim(" \t\r"u8).IsEmpty || !JsonInput.TryParse(utf8, _request, FieldPath.Root, errors, out var request))
            return null;
        return CreateTaskValidation.Validate(request, contexts.Of(context), FieldPath.Root, errors);
    }

    private ReadOnlySpan<byte> Copy(in ReadOnlySequence<byte> line)
    {
        _copy ??= ArrayPool<byte>.Shared.Rent(MaxLineLength);
        line.CopyTo(_copy);
        return _copy.AsSpan(0, (int)line.Length);
    }
}
