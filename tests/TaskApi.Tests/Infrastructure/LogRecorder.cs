using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace TaskApi.Tests.Infrastructure;

/// <summary>What was logged: the level, the id and the text of an event, and its values by name.</summary>
public sealed record LoggedEvent(string Category, LogLevel Level, int Id, string Text, IReadOnlyDictionary<string, object?> Values, Exception? Exception);

/// <summary>Keeps what the service logs, of a level and above. Thread-safe.</summary>
/// <param name="level">The lowest level that is kept.</param>
public sealed class LogRecorder(LogLevel level = LogLevel.Trace) : ILoggerProvider
{
    private readonly ConcurrentQueue<LoggedEvent> _events = new();

    /// <summary>What was logged so far, in order.</summary>
    public IReadOnlyCollection<LoggedEvent> Events => _events;

    /// <summary>The same as lines <c>Level Category: message</c>.</summary>
    public IReadOnlyCollection<string> Lines => [.. _events.Select(static logged => $"{logged.Level} {logged.Category}: {logged.Text} {logged.Exception}")];

    public ILogger CreateLogger(string categoryName) => new Logger(_events, categoryName, level);

    public void Dispose()
    {
    }

    private sealed class Logger(ConcurrentQueue<LoggedEvent> events, string category, LogLevel level) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= level && logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            // Not everybody asks first.
            if (!IsEnabled(logLevel))
                return;
            var values = state is IEnumerable<KeyValuePair<string, object?>> pairs ? pairs.ToDictionary(StringComparer.Ordinal) : [];
            events.Enqueue(new LoggedEvent(category, logLevel, eventId.Id, formatter(state, exception), values, exception));
        }
    }
}
