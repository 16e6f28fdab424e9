using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TaskApi.Starting;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Starting;

public sealed class ServiceBuilderTests
{
    [Fact]
    public void Address_ByDefault_IsThatOfTheReadme() => Assert.Equal("http://localhost:5080", AddressesOf());

    [Theory]
    [InlineData("http://127.0.0.1:1", "--urls=http://127.0.0.1:1")]
    [InlineData(null, "--http_ports=8080")]
    [InlineData(null, "--https_ports=8443")]
    [InlineData(null, "--Kestrel:Endpoints:Http:Url=http://127.0.0.1:1")]
    public void Address_ThatIsGiven_GoesBeforeTheDefault(string? urls, string arg) => Assert.Equal(urls, AddressesOf(arg));

    [Fact]
    public void Settings_ByDefault_AreFoundBesideTheProgram() =>
        Assert.Equal(AppContext.BaseDirectory, ServiceBuilder.Create([]).Environment.ContentRootPath);

    [Fact]
    public void Settings_WhoseFolderIsGiven_AreFoundThere()
    {
        var folder = Path.GetTempPath();
        Assert.Equal(folder, ServiceBuilder.Create([$"--contentRoot={folder}"]).Environment.ContentRootPath);
    }

    [Fact]
    public async Task Builder_WhereTheSystemCanWatchNoMoreFiles_WatchesNoneAndSaysSo()
    {
        var tries = new List<WebApplicationOptions>();
        var builder = ServiceBuilder.Create(["--urls=http://127.0.0.1:0"], options =>
        {
            tries.Add(options);
            return options.Args!.Contains("--HostBuilder:ReloadConfigOnChange=false") ? WebApplication.CreateBuilder(options) : throw new IOException("The configured user limit (128) on the number of inotify instances has been reached.");
        });
        var log = new LogRecorder();
        builder.AddTaskApi().AddSqliteStorage().AddPostgresStorage();
        builder.AddServiceParts();
        builder.Services.AddLogging(logging => logging.ClearProviders().AddProvider(log));
        await using var app = builder.Build();
        app.UseTaskApi();

        await app.StartAsync(TestContext.Current.CancellationToken);
        await app.StopAsync(TestContext.Current.CancellationToken);

        Assert.Equal(2, tries.Count);
        Assert.Equal("false", builder.Configuration["HostBuilder:ReloadConfigOnChange"]);
        Assert.Contains(log.Events, static logged => logged.Id == 1112);
    }

    [Fact]
    public void Builder_ThatFailsForAnotherReason_Fails() =>
        Assert.Throws<IOException>(() => ServiceBuilder.Create([], static _ => throw new IOException("The disk is gone.")));

    [Fact]
    public void Builder_Usually_WatchesTheSettings()
    {
        Assert.DoesNotContain(ServiceBuilder.Create([]).Services, static service => service.ImplementationType == typeof(NotWatchingReport));
    }

    private static string? AddressesOf(params string[] args) => ServiceBuilder.Create(args).Configuration["Urls"];
}
