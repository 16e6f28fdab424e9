using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Embedding;

/// <summary>How a program with TaskApi starts, and how it ends.</summary>
public sealed class StartTests
{
    [Fact]
    public void AddTaskApi_Twice_IsRefused()
    {
        var builder = WebApplication.CreateBuilder();
        Assert.Same(builder.Services, builder.AddTaskApi().Services);

        Assert.StartsWith("AddTaskApi has been called before.", Assert.Throws<InvalidOperationException>(() => builder.AddTaskApi()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MapTaskApi_Twice_IsRefused()
    {
        await using var app = EmbeddingProgram.Build();
        app.MapTaskApi("/jobs");

        Assert.StartsWith("TaskApi is mapped already.", Assert.Throws<InvalidOperationException>(() => app.MapTaskApi("/more")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MapTaskApi_WithoutAddTaskApi_IsRefused()
    {
        await using var app = WebApplication.CreateBuilder().Build();

        Assert.Contains("call builder.AddTaskApi() before", Assert.Throws<InvalidOperationException>(() => app.MapTaskApi("/jobs")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WithAWrongSetting_IsRefusedWithASentenceThatNamesIt()
    {
        var fault = await Assert.ThrowsAsync<OptionsValidationException>(static () => EmbeddingProgram.Start(settings: ("Tasks:MaxPending", "0")));

        Assert.Contains("Tasks:MaxPending", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Program_WithSettingsOfItsOwnInTheSameSections_Starts()
    {
        await using var program = await EmbeddingProgram.Start(settings: [("Security:Audience", "orders"), ("Http:Proxy", "proxy"), ("Limits:Orders", "7")]);

        await program.Create("/jobs/tasks");
    }

    [Fact]
    public async Task Stop_WithAWaitUnderWay_EndsItAndTheProgram()
    {
        await using var program = await EmbeddingProgram.Start();
        var task = (await program.Create("/jobs/tasks")).Header("Location")!;
        var wait = program.Get($"{task}?waitSeconds=50");
        await program.Clock.TimerArmed(TimeSpan.FromSeconds(50));

        await program.Stop();

        (await wait).IsProblem(HttpStatusCode.ServiceUnavailable, "shutting-down");
    }

    [Theory]
    [InlineData(3, true)]
    [InlineData(30, false)]
    public async Task Start_OfAProgramThatLeavesAShutdownLessThanTheGrace_SaysSo(int seconds, bool isShort)
    {
        var log = new LogRecorder(LogLevel.Warning);
        await using (await EmbeddingProgram.Start(
            builder =>
            {
                builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(seconds));
                builder.Logging.AddProvider(log);
            },
            settings: ("Tasks:ShutdownGrace", "00:00:05")))
        {
            Assert.Equal(isShort, log.Events.Any(static logged => logged.Text.Contains("HostOptions.ShutdownTimeout", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task Meter_OfTheTasks_IsThereForWhoListens()
    {
        await using var program = await EmbeddingProgram.Start();
        using var listener = new MeterListener();
        var created = 0L;
        var meters = program.Services.GetRequiredService<IMeterFactory>();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Scope == meters && instrument.Name == "taskapi.task.created")
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => created = value);
        listener.Start();
        await program.Create("/jobs/tasks");

        listener.RecordObservableInstruments();

        Assert.Equal(1, created);
    }
}
