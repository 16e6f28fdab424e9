using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Starting;

public sealed class StartTests
{
    public static TheoryData<string, string> BadSettings => new()
    {
        { "MaxPending", "0" },
        { "MaxPending", "100000001" },
        { "MaxFinished", "-1" },
        { "MaxFinished", "100000001" },
        { "Retention", "-00:00:01" },
        { "Retention", "30.00:00:01" },
        { "MaxWaitSeconds", "0" },
        { "MaxWaitSeconds", "3601" },
        { "ShutdownGrace", "-00:00:01" },
        { "ShutdownGrace", "00:10:01" },
        { "OverdueAlarm", "00:00:00.009" },
        { "OverdueAlarm", "01:00:01" },
        { "EventBuffer", "15" },
        { "EventBuffer", "1048577" },
        { "EventBufferBytes", "1048575" },
        { "MaxPending", "many" },
        { "Retention", "an hour" },
    };

    public static TheoryData<string, string> GoodSettings => new()
    {
        { "MaxPending", "1" },
        { "MaxPending", "100000000" },
        { "MaxFinished", "0" },
        { "MaxFinished", "100000000" },
        { "Retention", "00:00:00" },
        { "Retention", "30.00:00:00" },
        { "MaxWaitSeconds", "1" },
        { "MaxWaitSeconds", "3600" },
        { "ShutdownGrace", "00:00:00" },
        { "OverdueAlarm", "00:00:00.010" },
        { "OverdueAlarm", "01:00:00" },
        { "EventBuffer", "16" },
        { "EventBuffer", "1048576" },
        { "EventBufferBytes", "1048576" },
    };

    [Theory]
    [MemberData(nameof(BadSettings))]
    public async Task Start_BadSetting_IsRefusedWithASentenceThatNamesIt(string option, string value)
    {
        var builder = WebApplication.CreateBuilder([$"--Tasks:{option}={value}"]);
        builder.AddTaskApi().AddSqliteStorage().AddPostgresStorage();
        builder.AddServiceParts();
        builder.Logging.ClearProviders();

        var fault = await Assert.ThrowsAsync<OptionsValidationException>(async () =>
        {
            await using var app = builder.Build();
            await app.StartAsync(TestContext.Current.CancellationToken);
        });

        Assert.Contains($"Tasks:{option}", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(GoodSettings))]
    public async Task Start_SettingAtItsLimit_Serves(string option, string value)
    {
        await using var api = new TaskApiFactory(($"Tasks:{option}", value));
        using var client = api.CreateTestClient();

        using var reply = await client.GetAsync(new Uri("/health/ready", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
    }
}
