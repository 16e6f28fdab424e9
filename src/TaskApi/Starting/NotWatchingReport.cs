namespace TaskApi.Starting;

/// <summary>Says at the start that settings are not watched for changes.</summary>
internal sealed partial class NotWatchingReport(ILogger<NotWatchingReport> logger) : IHostedService
{
    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        Log.NotWatching(logger);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static partial class Log
    {
        [LoggerMessage(1112, LogLevel.Warning, "The system has no means left to watch files, so a change of appsettings.json takes effect at the next start alone (raise fs.inotify.max_user_instances, or set DOTNET_USE_POLLING_FILE_WATCHER=1)")]
        public static partial void NotWatching(ILogger logger);
    }
}
