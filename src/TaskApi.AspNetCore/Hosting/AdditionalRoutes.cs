namespace TaskApi.AspNetCore.Hosting;

/// <summary>Routes beside those that TaskApi always has. Whoever has some registers this.</summary>
/// <param name="Map">Maps them.</param>
internal sealed record AdditionalRoutes(Action<IEndpointRouteBuilder> Map);
