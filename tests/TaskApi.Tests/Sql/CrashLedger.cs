using System.Collections.Concurrent;
using System.Text.Json;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Sql;

/// <summary>What a client knows of one task.</summary>
internal sealed class LedgerEntry
{
    /// <summary>The service said that it created this; null as long as it has not answered.</summary>
    public JsonElement? Created { get; set; }

    /// <summary>The latest due time that the service confirmed.</summary>
    public string? DueAt { get; set; }

    /// <summary>A change was asked for, but the service died before its answer: it may have been made, or not.</summary>
    public bool MayBeChanged { get; set; }

    /// <summary>The final state as the service showed it first; null as long as it has shown none.</summary>
    public string? Final { get; set; }
}

/// <summary>What the service has said to a client, to be held against what it says after it was killed. Thread-safe; tasks are known by their names.</summary>
internal sealed class CrashLedger
{
    private readonly ConcurrentDictionary<string, LedgerEntry> _entries = new();

    /// <summary>How many tasks there may be.</summary>
    public int Count => _entries.Count;

    /// <summary>How many final states the client has seen.</summary>
    public int Finals => _entries.Values.Count(static entry => entry.Final is not null);

    /// <summary>The client is about to ask for a task of this name.</summary>
    public LedgerEntry Expect(string name) => _entries[name] = new LedgerEntry();

    /// <summary>Notes what the service has shown, and fails if it contradicts what it showed before.</summary>
    public void Note(JsonElement task)
    {
        var entry = _entries[task.Text("name")!];
        lock (entry)
        {
            Identify(entry, task);
            if (entry.Final is not null) Assert.Equal(entry.Final, task.GetRawText());
            if (!entry.MayBeChanged && entry.DueAt is not null) Assert.Equal(entry.DueAt, task.Text("dueAt"));
            entry.DueAt = task.Text("dueAt");
            entry.MayBeChanged = false;
            if (!task.GetProperty("done").GetBoolean()) return;
            entry.Final = task.GetRawText();
            if (task.Status() != "completed") return;
            // By what the service says, and by the clock of the machine that it shares with its database and the clients.
            Assert.True(task.Instant("finishedAt") >= task.Instant("dueAt"), $"Early: {task}");
            Assert.True(TimeProvider.System.GetUtcNow() >= task.Instant("dueAt"), $"Shown early: {task}");
        }
    }

    /// <summary>Notes a task that was created some time ago, as it was then; fails if it isn't the one that is known by this name.</summary>
    public void NoteCreated(JsonElement task)
    {
        var entry = _entries[task.Text("name")!];
        lock (entry) Identify(entry, task);
    }

    /// <summary>Notes a change that the service has been asked for: until it answers, what it shows may be from before or after.</summary>
    public void NoteAttempt(JsonElement task)
    {
        var entry = _entries[task.Text("name")!];
        lock (entry) entry.MayBeChanged = true;
    }

    /// <summary>Compares everything with everything: nothing lost, resurrected, changed or there twice.</summary>
    public void Compare(IReadOnlyList<JsonElement> tasks)
    {
        var seen = new HashSet<string>();
        foreach (var task in tasks)
        {
            Assert.True(_entries.ContainsKey(task.Text("name")!), $"Nobody asked for it: {task}");
            Assert.True(seen.Add(task.Text("name")!), $"There twice: {task}");
            Note(task);
        }

        foreach (var (name, entry) in _entries)
        {
            if (!seen.Contains(name)) Assert.True(entry.Created is null, $"Lost: {entry.Created}");
        }
    }

    private static void Identify(LedgerEntry entry, JsonElement task)
    {
        if (entry.Created is { } created)
        {
            foreach (var field in (ReadOnlySpan<string>)["id", "name", "group", "message", "createdAt"])
                Assert.Equal(created.Text(field), task.Text(field));
        }

        entry.Created ??= task;
    }
}
