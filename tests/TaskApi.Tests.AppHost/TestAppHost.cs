using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace TaskApi.Tests.AppHost;

/// <summary>An app host whose resources are looked at and never started.</summary>
internal static class TestAppHost
{
    public const string Key = "tk_of-the-tests";

    /// <summary>One that has the parameter <c>tasks-key</c> and the connection string <c>db</c>.</summary>
    public static IDistributedApplicationBuilder Running() => Of();

    /// <summary>One that is asked for a manifest.</summary>
    public static IDistributedApplicationBuilder Publishing() => Of("--operation", "publish", "--publisher", "manifest");

    /// <summary>The environment of a resource; while publishing, as expressions.</summary>
    public static async Task<Dictionary<string, string?>> EnvironmentOf(this IDistributedApplicationBuilder builder, IResource resource)
    {
        var context = new EnvironmentCallbackContext(builder.ExecutionContext, resource, cancellationToken: TestContext.Current.CancellationToken);
        foreach (var callback in resource.Annotations.OfType<EnvironmentCallbackAnnotation>())
            await callback.Callback(context);
        var environment = new Dictionary<string, string?>(StringComparer.Ordinal);
        // What OpenTelemetry is told refers to the app host's own dashboard, which isn't there.
        foreach (var (name, value) in context.EnvironmentVariables.Where(static variable => !variable.Key.StartsWith("OTEL_", StringComparison.Ordinal)))
        {
            environment[name] = value switch
            {
                IManifestExpressionProvider expression when builder.ExecutionContext.IsPublishMode => expression.ValueExpression,
                IValueProvider provider => await provider.GetValueAsync(TestContext.Current.CancellationToken),
                _ => value.ToString(),
            };
        }

        return environment;
    }

    /// <summary>Gives the resource's endpoint the address that it has when it runs.</summary>
    public static void Runs(this IResourceBuilder<TaskApiResource> tasks, int port)
    {
        var endpoint = tasks.Resource.Annotations.OfType<EndpointAnnotation>().Single();
        endpoint.AllocatedEndpoint = new AllocatedEndpoint(endpoint, "localhost", port);
    }

    private static IDistributedApplicationBuilder Of(params string[] args)
    {
        var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { Args = args, DisableDashboard = true });
        builder.Configuration["Parameters:tasks-key"] = Key;
        builder.Configuration["ConnectionStrings:db"] = "Host=db;Database=tasks";
        return builder;
    }
}
