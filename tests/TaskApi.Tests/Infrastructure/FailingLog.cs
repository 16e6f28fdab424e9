using Microsoft.Extensions.Logging;

namespace TaskApi.Tests.Infrastructure;

/// <summary>A log that can't be written: what is said of the service by it, from warnings on, throws. Thread-safe.</summary>
public sealed class FailingLog : ILoggerProvider
{
    private int _failures;

    /// <summary>How often it has thrown.</summary>
    public int Failures => Volatile.Read(ref _failures);

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName.StartsWith("TaskApi.", StringComparison.Ordinal));

    public void Dispose()
    {
    }

    private sealed class Logger(FailingLog log, bool isOurs) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => isOurs && logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
                return;
            Interlocked.Increment(ref log._failures);
            throw new IOException("The log can't be written.");
        }
    }
}
