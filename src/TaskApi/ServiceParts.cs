using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using Swashbuckle.AspNetCore.SwaggerGen;
using TaskApi.Access;
using TaskApi.AspNetCore.Hosting;
using TaskApi.AspNetCore.Http;
using TaskApi.AspNetCore.Http.Limits;
using TaskApi.AspNetCore.Security;
using TaskApi.Engine.Configuration;
using TaskApi.Engine.Model;
using TaskApi.Logging;
using TaskApi.Starting;
using TaskApi.Telemetry;
using TaskApi.WarmingUp;

namespace TaskApi;

/// <summary>What makes a service of TaskApi: a program of its own decides about its log, its server, its addresses and its settings.</summary>
internal static class ServiceParts
{
    /// <summary>Adds it.</summary>
    public static void AddServiceParts(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        builder.AddLogging();
        services.AddStartChecks();
        services.AddHostedService<ListenGuard>();
        services.Configure<HostFilteringOptions>(AllowedHosts.ReplaceFramework);
        services.AddOptions<KestrelServerOptions>().Configure<IOptions<SecurityOptions>>(ListenGuard.Watch).Configure<IOptions<LimitOptions>>(ServerLimits.Apply);
        services.AddOptions<HostOptions>().Configure<IOptions<TaskOptions>>(StorageShutdown.LeaveTime);
        builder.AddMetricsExport();
        services.AddSingleton(new AdditionalRoutes(static routes => routes.MapMetrics()));
        builder.AddTracesExport();
        services.AddHostedService<StartReport>();
        services.AddHostedService<MinuteReport>();
        services.AddSettings<WarmUpOptions>(WarmUpOptions.Section);
        services.AddHostedService<WarmUp>();
        services.AddDescriptionAtBuild();
    }

    /// <summary>Has every call handled by TaskApi, without a path before it: the pipeline of <c>MapTaskApi</c>, and no routing before that.</summary>
    public static void UseTaskApi(this WebApplication app) => app.Run(TaskApiPipeline.Build(app.Services, HostChecks.Use));

    /// <summary>The sections of the configuration that are the service's own.</summary>
    public static IEnumerable<SettingsSection> Sections()
    {
        // What it is made of says so. Nothing is built of it, and no file is read.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.AddTaskApi();
        builder.AddServiceParts();
        return [.. builder.Services.Select(static service => service.ImplementationInstance).OfType<SettingsSection>()];
    }

    // The build asks for the API description by this type, and writes it to obj/TaskApi.json. Nothing else can name it.
    private static void AddDescriptionAtBuild(this IServiceCollection services)
    {
        if (typeof(SwaggerGenOptions).Assembly.GetType("Microsoft.Extensions.ApiDescriptions.IDocumentProvider") is { } provider)
            services.AddSingleton(provider, services => services.GetRequiredService<PrivateServices>().Provider.GetRequiredService(provider));
    }
}
