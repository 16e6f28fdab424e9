using System.Buffers.Text;
using System.Globalization;
using System.Text;
using TaskApi.Storage.Rows;

namespace TaskApi.Storage.Postgres;

/// <summary>Tasks of a queue that have got their turn.</summary>
/// <param name="Owner">The owner's number.</param>
/// <param name="Queue">The queue.</param>
/// <param name="Type">Their type.</param>
/// <param name="Count">How many.</param>
internal readonly record struct ReadySignal(int Owner, string Queue, string Type, int Count);

/// <summary>Tasks of a queue that have got their turn, and come before others that have had theirs for long.</summary>
/// <param name="Owner">The owner's number.</param>
/// <param name="Queue">The queue.</param>
/// <param name="Type">Their type.</param>
/// <param name="Due">When the first of them was due, in Unix milliseconds.</param>
internal readonly record struct LateSignal(int Owner, string Queue, string Type, long Due);

/// <summary>A worker.</summary>
/// <param name="Owner">Its owner's number.</param>
/// <param name="Worker">Its name.</param>
internal readonly record struct WorkerSignal(int Owner, string Worker);

/// <summary>Something about an attempt.</summary>
/// <param name="Sequence">The task's number.</param>
/// <param name="Attempt">The attempt's.</param>
internal readonly record struct AttemptSignal(long Sequence, int Attempt);

/// <summary>
/// What nodes tell each other of work, beyond what becomes of tasks: on a channel of its own, which nodes that know no work don't hear. Texts, since
/// <c>taskapi_create</c> writes them too: who says it, then words, each after a letter that says what it is.
/// </summary>
internal sealed record WorkSignalText
{
    // PostgreSQL's limit is 8,000 bytes, and no word is longer than 700.
    private const int MostCharacters = 7_000;

    private const char ReadyLetter = 'r';
    private const char LateLetter = 'e';
    private const char ToldLetter = 'a';
    private const char EndedLetter = 'x';
    private const char LoserLetter = 'l';
    private const char OutboxLetter = 'o';
    private const char FreedLetter = 'f';
    private const char QueuesLetter = 'q';

    /// <summary>Who says it.</summary>
    public required string Node { get; init; }

    /// <summary>What has got its turn.</summary>
    public List<ReadySignal> Ready { get; } = [];

    /// <summary>What of that was due before.</summary>
    public List<LateSignal> Late { get; } = [];

    /// <summary>Bounded queues in which a task has ceased to run.</summary>
    public List<QueueName> Freed { get; } = [];

    /// <summary>True if something has been set of queues.</summary>
    public bool HasQueues { get; set; }

    /// <summary>Attempts of which whoever runs them has to hear: they are asked to end, or over.</summary>
    public List<AttemptSignal> Told { get; } = [];

    /// <summary>Attempts that have ended, and which this node had not begun.</summary>
    public List<AttemptSignal> Ended { get; } = [];

    /// <summary>Workers that have lost a lease: what they hold open is answered with nothing.</summary>
    public List<WorkerSignal> Losers { get; } = [];

    /// <summary>True if a program has created tasks.</summary>
    public bool HasOutbox { get; private set; }

    /// <summary>The texts; none if there is nothing to say.</summary>
    public List<string> Write()
    {
        var (texts, text) = (new List<string>(), new StringBuilder());
        foreach (var (owner, queue, type, count) in Ready) Add(string.Create(CultureInfo.InvariantCulture, $"{ReadyLetter}{owner}/{queue}/{type}/{count}"));
        foreach (var (owner, queue, type, due) in Late) Add(string.Create(CultureInfo.InvariantCulture, $"{LateLetter}{owner}/{queue}/{type}/{due}"));
        foreach (var (owner, queue) in Freed) Add(string.Create(CultureInfo.InvariantCulture, $"{FreedLetter}{owner}/{queue}"));
        if (HasQueues) Add($"{QueuesLetter}");
        foreach (var (sequence, attempt) in Told) Add(string.Create(CultureInfo.InvariantCulture, $"{ToldLetter}{sequence}/{attempt}"));
        foreach (var (sequence, attempt) in Ended) Add(string.Create(CultureInfo.InvariantCulture, $"{EndedLetter}{sequence}/{attempt}"));
        foreach (var (owner, worker) in Losers) Add(string.Create(CultureInfo.InvariantCulture, $"{LoserLetter}{owner}/{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(worker))}"));
        if (text.Length > 0) texts.Add(text.ToString());
        return texts;

        void Add(string word)
        {
            if (text.Length + word.Length > MostCharacters)
            {
                texts.Add(text.ToString());
                text.Clear();
            }

            if (text.Length == 0) text.Append(Node);
            text.Append(' ').Append(word);
        }
    }

    /// <summary>Reads one. What a later version may say besides is passed over.</summary>
    /// <exception cref="FormatException">It isn't one of this service's.</exception>
    public static WorkSignalText Read(string payload)
    {
        var words = payload.Split(' ');
        var read = new WorkSignalText { Node = words[0] };
        foreach (var word in words.AsSpan(1))
        {
            var parts = word.Length == 0 ? [] : word[1..].Split('/');
            switch (word.Length == 0 ? ' ' : word[0], parts)
            {
                case (ReadyLetter, [var owner, var queue, var type, var count]):
                    read.Ready.Add(new ReadySignal((int)Parse(owner), queue, type, (int)Math.Min(Parse(count), int.MaxValue)));
                    break;
                case (LateLetter, [var owner, var queue, var type, var due]):
                    read.Late.Add(new LateSignal((int)Parse(owner), queue, type, Parse(due)));
                    break;
                case (ToldLetter, [var sequence, var attempt]):
                    read.Told.Add(new AttemptSignal(Parse(sequence), (int)Parse(attempt)));
                    break;
                case (EndedLetter, [var sequence, var attempt]):
                    read.Ended.Add(new AttemptSignal(Parse(sequence), (int)Parse(attempt)));
                    break;
                case (LoserLetter, [var owner, var worker]):
                    read.Losers.Add(new WorkerSignal((int)Parse(owner), Encoding.UTF8.GetString(Base64Url.DecodeFromChars(worker))));
                    break;
                case (FreedLetter, [var owner, var queue]):
                    read.Freed.Add(new QueueName((int)Parse(owner), queue));
                    break;
                case (QueuesLetter, _):
                    read.HasQueues = true;
                    break;
                case (OutboxLetter, _):
                    read.HasOutbox = true;
                    break;
            }
        }

        return read;
    }

    private static long Parse(string text) => long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
