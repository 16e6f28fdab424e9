namespace TaskApi.Client.Http;

/// <summary>What a program's defaults for all its HTTP clients may not do to those of the service.</summary>
internal static class HttpDefaults
{
    /// <summary>
    /// Takes out the resilience handlers of <c>ConfigureHttpClientDefaults</c>, as Aspire's service defaults have: they would end each wait after 10 seconds,
    /// and repeat what is repeated here already. One that is added to this client itself, after this, stays.
    /// </summary>
    public static IHttpClientBuilder WithoutResilienceByDefault(this IHttpClientBuilder builder) => builder.ConfigureAdditionalHttpMessageHandlers(static (handlers, _) =>
    {
        for (var index = handlers.Count - 1; index >= 0; index--)
        {
            // By name: the client doesn't depend on their package.
            if (handlers[index].GetType().FullName == "Microsoft.Extensions.Http.Resilience.ResilienceHandler")
                handlers.RemoveAt(index);
        }
    });
}
