using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace TaskApi.Tests.AppHost;

/// <summary>The resource as the app host knows it.</summary>
public sealed class TaskApiResourceTests
{
    [Fact]
    public void Resource_Alone_IsTheImageWithOneEndpointThatIsCheckedForReadiness()
    {
        var tasks = TestAppHost.Running().AddTaskApi("tasks", port: 18600).Resource;

        var image = Assert.Single(tasks.Annotations.OfType<ContainerImageAnnotation>());
        Assert.Equal(("taskapi", "latest"), (image.Image, image.Tag));
        var endpoint = Assert.Single(tasks.Annotations.OfType<EndpointAnnotation>());
        Assert.Equal(("http", "http", 18600, 8080), (endpoint.Name, endpoint.UriScheme, endpoint.Port, endpoint.TargetPort));
        Assert.Contains("/health/ready", Assert.Single(tasks.Annotations.OfType<HealthCheckAnnotation>()).Key, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Resource_WithoutAKey_IsOpenWhileTheAppHostRunsAndNotWhenPublished()
    {
        var running = TestAppHost.Running();
        var publishing = TestAppHost.Publishing();

        var here = await running.EnvironmentOf(running.AddTaskApi("tasks").Resource);

        Assert.Equal("true", here["Security__AllowAnonymous"]);
        Assert.Equal("localhost;*.localhost;127.0.0.1;[::1];tasks;*.internal", here["AllowedHosts"]);
        Assert.Empty(await publishing.EnvironmentOf(publishing.AddTaskApi("tasks").Resource));
    }

    [Fact]
    public async Task Resource_WithAKey_IsToldItsHashAlone()
    {
        var builder = TestAppHost.Running();

        var environment = await builder.EnvironmentOf(builder.AddTaskApi("tasks").WithApiKey(builder.AddParameter("tasks-key", secret: true)).Resource);

        Assert.Equal("tasks-key", environment["Security__ApiKeys__0__Name"]);
        Assert.Equal(64, environment["Security__ApiKeys__0__Hash"]!.Length);
        Assert.DoesNotContain("Security__AllowAnonymous", environment.Keys);
        Assert.DoesNotContain(TestAppHost.Key, environment.Values);
    }

    [Fact]
    public async Task Resource_PublishedWithAKey_NeedsItsHashAsAParameter()
    {
        var builder = TestAppHost.Publishing();
        var key = builder.AddParameter("tasks-key", secret: true);
        var without = builder.AddTaskApi("without").WithApiKey(key);
        var with = builder.AddTaskApi("with").WithApiKey(key, builder.AddParameter("tasks-key-hash"));

        var refusal = await Assert.ThrowsAsync<DistributedApplicationException>(() => builder.EnvironmentOf(without.Resource));

        Assert.Contains("WithApiKey(key, hash)", refusal.Message, StringComparison.Ordinal);
        Assert.Equal("{tasks-key-hash.value}", (await builder.EnvironmentOf(with.Resource))["Security__ApiKeys__0__Hash"]);
    }

    [Fact]
    public void ConnectionString_WithAndWithoutAKey_HasTheAddress()
    {
        var builder = TestAppHost.Running();
        var tasks = builder.AddTaskApi("tasks");

        Assert.Equal("{tasks.bindings.http.url}", tasks.Resource.ConnectionStringExpression.ValueExpression);
        tasks.WithApiKey(builder.AddParameter("tasks-key", secret: true));
        Assert.Equal("Endpoint={tasks.bindings.http.url};Key={tasks-key.value}", tasks.Resource.ConnectionStringExpression.ValueExpression);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("kept")]
    public async Task Resource_WithADataVolume_KeepsItsFileThere(string? name)
    {
        var builder = TestAppHost.Running();
        var tasks = builder.AddTaskApi("tasks").WithDataVolume(name).Resource;

        var environment = await builder.EnvironmentOf(tasks);

        var volume = Assert.Single(tasks.Annotations.OfType<ContainerMountAnnotation>());
        Assert.Equal((ContainerMountType.Volume, "/data", false), (volume.Type, volume.Target, volume.IsReadOnly));
        Assert.EndsWith(name ?? "-tasks-data", volume.Source, StringComparison.Ordinal);
        Assert.Equal(("Sqlite", "/data/taskapi.db"), (environment["Tasks__Storage"], environment["Tasks__StoragePath"]));
    }

    [Fact]
    public async Task Resource_WithPostgres_WaitsForTheDatabaseAndIsToldWhereItIs()
    {
        var builder = TestAppHost.Running();
        var database = builder.AddConnectionString("db");
        var tasks = builder.AddTaskApi("tasks").WithPostgres(database).Resource;

        var environment = await builder.EnvironmentOf(tasks);

        Assert.Equal(("Postgres", "Host=db;Database=tasks"), (environment["Tasks__Storage"], environment["ConnectionStrings__Tasks"]));
        Assert.Same(database.Resource, Assert.Single(tasks.Annotations.OfType<WaitAnnotation>()).Resource);
    }
}
