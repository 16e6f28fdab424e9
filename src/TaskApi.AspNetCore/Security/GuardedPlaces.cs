using Microsoft.AspNetCore.Authorization;

namespace TaskApi.AspNetCore.Security;

/// <summary>What of TaskApi is at an endpoint of a program's.</summary>
/// <param name="What">What would be open, to begin a sentence with.</param>
/// <param name="Method">The method that has mapped it.</param>
internal sealed record GuardedPlace(string What, string Method);

/// <summary>Where in a program TaskApi is, and whether the program asks who calls there. Certain once the program has started.</summary>
/// <param name="services">The program's.</param>
internal sealed class GuardedPlaces(IServiceProvider services)
{
    /// <summary>The place that nothing protects; null if there is none.</summary>
    public async ValueTask<GuardedPlace?> FindOpenAsync()
    {
        var hasFallback = await HasFallbackAsync();
        return Places().FirstOrDefault(place => !IsProtected(place.Metadata, hasFallback)).Place;
    }

    /// <summary>True if there is one where the program asks who calls.</summary>
    public async ValueTask<bool> HasProtectedAsync()
    {
        var hasFallback = await HasFallbackAsync();
        return Places().Any(place => IsProtected(place.Metadata, hasFallback));
    }

    private async ValueTask<bool> HasFallbackAsync() => services.GetService<IAuthorizationPolicyProvider>() is { } policies && await policies.GetFallbackPolicyAsync() is not null;

    private IEnumerable<(GuardedPlace Place, EndpointMetadataCollection Metadata)> Places()
    {
        foreach (var endpoint in services.GetRequiredService<EndpointDataSource>().Endpoints)
            if (endpoint.Metadata.GetMetadata<GuardedPlace>() is { } place) yield return (place, endpoint.Metadata);
    }

    private static bool IsProtected(EndpointMetadataCollection metadata, bool hasFallback) =>
        metadata.GetMetadata<IAllowAnonymous>() is null
        && (hasFallback || metadata.GetMetadata<IAuthorizeData>() is not null || metadata.GetMetadata<AuthorizationPolicy>() is not null || metadata.GetMetadata<IAuthorizationRequirementData>() is not null);
}
