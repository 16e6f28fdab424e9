using System.Security.Cryptography;
using System.Text;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>TaskApi in an app host.</summary>
public static class TaskApiResourceBuilderExtensions
{
    // What the image listens on, and where it may write: see its Dockerfile.
    private const int ContainerPort = 8080;
    private const string DataFolder = "/data";

    /// <summary>
    /// Adds TaskApi, in a container of the image <c>taskapi:latest</c> (<c>WithImage</c> names another one). Tasks are in memory, unless
    /// <see cref="WithDataVolume"/> or <see cref="WithPostgres"/> says otherwise.
    /// </summary>
    /// <remarks>
    /// Without <see cref="WithApiKey"/> anybody on this machine may call it while the app host runs; a published one doesn't start without a key then.
    /// </remarks>
    /// <param name="builder">The app host's builder.</param>
    /// <param name="name">The resource's name, and that of the connection string of programs that refer to it.</param>
    /// <param name="port">The port on this machine, 1 to 65,535; null for one that is free.</param>
    /// <returns>The resource, for <c>WithReference</c>.</returns>
    public static IResourceBuilder<TaskApiResource> AddTaskApi(this IDistributedApplicationBuilder builder, [ResourceName] string name, int? port = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var resource = new TaskApiResource(name);
        return builder.AddResource(resource)
            .WithImage("taskapi", "latest")
            .WithHttpEndpoint(port, ContainerPort, TaskApiResource.EndpointName)
            .WithHttpHealthCheck("/health/ready", statusCode: null, TaskApiResource.EndpointName)
            .WithOtlpExporter()
            .WithEnvironment(context => SetAccessAsync(resource, context));
    }

    /// <summary>Keeps the tasks in a SQLite file on a volume: they survive the container.</summary>
    /// <param name="builder">The resource.</param>
    /// <param name="name">The volume's name; null for one made of the names of the app host and the resource.</param>
    /// <returns>The resource.</returns>
    public static IResourceBuilder<TaskApiResource> WithDataVolume(this IResourceBuilder<TaskApiResource> builder, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.WithVolume(name ?? VolumeNameGenerator.Generate(builder, "data"), DataFolder)
            .WithEnvironment("Tasks__Storage", "Sqlite")
            .WithEnvironment("Tasks__StoragePath", $"{DataFolder}/taskapi.db");
    }

    /// <summary>Keeps the tasks in a PostgreSQL database, which several replicas may share. It starts when the database is healthy.</summary>
    /// <param name="builder">The resource.</param>
    /// <param name="database">The database, of <c>AddPostgres("postgres").AddDatabase("tasks-db")</c> or <c>AddConnectionString("tasks-db")</c>.</param>
    /// <returns>The resource.</returns>
    public static IResourceBuilder<TaskApiResource> WithPostgres(this IResourceBuilder<TaskApiResource> builder, IResourceBuilder<IResourceWithConnectionString> database)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(database);
        return builder.WithEnvironment("Tasks__Storage", "Postgres")
            .WithEnvironment("ConnectionStrings__Tasks", database)
            .WithReferenceRelationship(database)
            .WaitFor(database);
    }

    /// <summary>Asks for a key with each call, and gives it to the programs that refer to the resource. Tasks belong to the name of its parameter.</summary>
    /// <param name="builder">The resource.</param>
    /// <param name="key">The key, a secret parameter: 32 random bytes or more as text without <c>;</c>, such as <c>new-key</c> of the service prints.</param>
    /// <param name="hash">The key's SHA-256 as 64 hexadecimal digits, which publishing needs: the service is configured with it, never with the key. Null while the app host runs: it is computed.</param>
    /// <returns>The resource.</returns>
    public static IResourceBuilder<TaskApiResource> WithApiKey(
        this IResourceBuilder<TaskApiResource> builder, IResourceBuilder<ParameterResource> key, IResourceBuilder<ParameterResource>? hash = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(key);
        builder.Resource.ApiKey = key.Resource;
        builder.Resource.ApiKeyHash = hash?.Resource;
        return builder;
    }

    private static async Task SetAccessAsync(TaskApiResource resource, EnvironmentCallbackContext context)
    {
        var settings = context.EnvironmentVariables;
        if (resource.ApiKey is { } key)
        {
            settings["Security__ApiKeys__0__Name"] = key.Name;
            settings["Security__ApiKeys__0__Hash"] = resource.ApiKeyHash ?? (object)await HashOfAsync(resource, key, context).ConfigureAwait(false);
        }
        else if (context.ExecutionContext.IsRunMode)
        {
            // The container listens on all its addresses, but its port is published on this machine's loopback interface.
            settings["Security__AllowAnonymous"] = "true";
            // The names by which this machine and other containers call it. A web page whose own name is made to point to this machine doesn't get in.
            settings["AllowedHosts"] = $"localhost;*.localhost;127.0.0.1;[::1];{resource.Name};*.internal";
        }
    }

    private static async Task<string> HashOfAsync(TaskApiResource resource, ParameterResource key, EnvironmentCallbackContext context)
    {
        if (context.ExecutionContext.IsPublishMode)
            throw new DistributedApplicationException($"To publish '{resource.Name}', the SHA-256 of its key is needed: WithApiKey(key, hash), with a parameter for each.");
        var value = await key.GetValueAsync(context.CancellationToken).ConfigureAwait(false)
            ?? throw new DistributedApplicationException($"The parameter '{key.Name}', the key of '{resource.Name}', has no value.");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(value)));
    }
}
