using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace TaskApi.Tests.Observability;

/// <summary>What was logged: the level, the id and the text of an event, and its values by name.</summary>
public sealed record LoggedEvent(string Category, LogLevel Level, int Id, string Text, IReadOnlyDictionary<string, object?> Values);

/// <summary>Keeps every event that it is given, and admits to want those of a level and above.</summary>
public sealed class LogCapture(LogLevel level) : ILoggerProvider
{
    private readonly ConcurrentQueue<LoggedEvent> _events = new();

    /// <summary>The events of a category, in the order in which they were logged.</summary>
    public IReadOnlyList<LoggedEvent> Of(string category) => [.. _events.Where(logged => logged.Category == category)];

    /// <summary>All events.</summary>
    public IReadOnlyCollection<LoggedEvent> All => _events;

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
    }

    private sealed class Logger(LogCapture capture, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= capture.Level;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var values = state is IEnumerable<KeyValuePair<string, object?>> pairs ? pairs.ToDictionary(StringComparer.Ordinal) : [];
            capture._events.Enqueue(new LoggedEvent(category, logLevel, eventId.Id, formatter(state, exception), values));
        }
    }

    private LogLevel Level { get; } = level;
}
