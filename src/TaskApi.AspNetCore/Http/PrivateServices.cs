using Microsoft.Extensions.Options;

namespace TaskApi.AspNetCore.Http;

/// <summary>
/// Services of the framework and of libraries that a program has once, such as its API description and its health checks: here once more, for
/// TaskApi alone, so that the program's stay as they are. Made when they are first needed. Thread-safe.
/// </summary>
/// <param name="program">The program's services.</param>
/// <param name="registered">What is registered of them.</param>
/// <param name="add">Registers the private ones.</param>
internal sealed class PrivateServices(IServiceProvider program, IServiceCollection registered, Action<IServiceCollection> add)
{
    // TaskApi.Engine and so on.
    private const string OurNamespaces = nameof(TaskApi) + ".";

    private static readonly Type[] _framework = [typeof(ILoggerFactory), typeof(IHostEnvironment), typeof(IWebHostEnvironment), typeof(IHostApplicationLifetime), typeof(TimeProvider)];

    // Not disposed of: with them would go what they have from the program.
    private readonly Lazy<IServiceProvider> _provider = new(() => Build(program, registered, add));

    /// <summary>Gives them out.</summary>
    public IServiceProvider Provider => _provider.Value;

    private static ServiceProvider Build(IServiceProvider program, IServiceCollection registered, Action<IServiceCollection> add)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        foreach (var type in _framework.Concat(registered.Select(static service => service.ServiceType).Select(OursOf).OfType<Type>()).Distinct())
            services.AddSingleton(type, _ => program.GetRequiredService(type));
        add(services);
        return services.BuildServiceProvider();
    }

    // Options are registered by what configures them.
    private static Type? OursOf(Type type) =>
        IsOurs(type) ? type
        : type is { IsConstructedGenericType: true, GenericTypeArguments: [var options] } && type.GetGenericTypeDefinition() == typeof(IConfigureOptions<>) && IsOurs(options) ? typeof(IOptions<>).MakeGenericType(options)
        : null;

    private static bool IsOurs(Type type) => !type.ContainsGenericParameters && type.Namespace?.StartsWith(OurNamespaces, StringComparison.Ordinal) is true;
}
