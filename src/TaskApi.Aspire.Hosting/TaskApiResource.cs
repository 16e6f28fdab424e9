namespace Aspire.Hosting.ApplicationModel;

/// <summary>TaskApi in a container. Its connection string is what <c>AddTaskApiClient</c> and <c>AddTaskApiWorker</c> of <c>TaskApi.Client</c> read.</summary>
/// <param name="name">The resource's name, and that of its connection string.</param>
public sealed class TaskApiResource(string name) : ContainerResource(name), IResourceWithConnectionString
{
    internal const string EndpointName = "http";

    private EndpointReference? _endpoint;

    /// <summary>Where the service is called, and has its dashboard.</summary>
    public EndpointReference PrimaryEndpoint => _endpoint ??= new(this, EndpointName);

    /// <summary>The key to call it with, or null if it asks for none.</summary>
    public ParameterResource? ApiKey { get; internal set; }

    /// <summary>The service's address, such as <c>http://localhost:8080</c>.</summary>
    public ReferenceExpression UriExpression => ReferenceExpression.Create($"{PrimaryEndpoint.Property(EndpointProperty.Url)}");

    /// <summary>The service's address; with a key, <c>Endpoint=ADDRESS;Key=KEY</c>.</summary>
    public ReferenceExpression ConnectionStringExpression => ApiKey is null ? UriExpression
        : ReferenceExpression.Create($"Endpoint={PrimaryEndpoint.Property(EndpointProperty.Url)};Key={ApiKey}");

    /// <summary>The SHA-256 of the key, for publishing, where its value is not known.</summary>
    internal ParameterResource? ApiKeyHash { get; set; }

    // For programs in other languages: the environment of one that refers to the resource "tasks" has TASKS_URI and TASKS_APIKEY.
    IEnumerable<KeyValuePair<string, ReferenceExpression>> IResourceWithConnectionString.GetConnectionProperties()
    {
        yield return new("Uri", UriExpression);
        if (ApiKey is not null)
            yield return new("ApiKey", ReferenceExpression.Create($"{ApiKey}"));
    }
}
