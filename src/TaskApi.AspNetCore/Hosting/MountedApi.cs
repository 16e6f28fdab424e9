using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Features.Authentication;
using TaskApi.AspNetCore.Http.Callers;
using TaskApi.AspNetCore.Security;

namespace TaskApi.AspNetCore.Hosting;

/// <summary>
/// TaskApi under a path of a program's: to the program one endpoint, which a pipeline of its own handles. Calls come into that as they would come
/// to the service by itself, and nothing of the program's is left changed when they are over.
/// </summary>
/// <param name="pipeline">What handles a call.</param>
/// <param name="owners">Says whose the tasks of the program's users are; null where the program says nothing of that.</param>
/// <param name="readers">Says which of them may only look; null likewise.</param>
internal sealed class MountedApi(RequestDelegate pipeline, UserOwners? owners, ReadOnlyUsers? readers)
{
    /// <summary>The route parameter that is the path below the prefix.</summary>
    public const string Rest = "taskApiPath";

    /// <summary>Handles a call.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        var (pathBase, path, endpoint, values) = (request.PathBase, request.Path, context.GetEndpoint(), request.RouteValues);
        var user = context.Features.Get<IHttpAuthenticationFeature>();
        (request.PathBase, request.Path) = Split(pathBase, path, values[Rest] as string);
        // The pipeline finds routes of its own, and who calls by keys of its own, unless the program says it.
        context.SetEndpoint(null);
        request.RouteValues = [];
        context.Features.Set(owners?.CallerOf(user?.User));
        ReadOnlyCaller.Mark(context, readers?.Has(user?.User) ?? false);
        // Whom the program lets in by what it says of its endpoint.
        context.Features.Set(endpoint?.Metadata.GetMetadata<ICorsMetadata>());
        // Whoever reads a body here has a limit, which the server's would be too small for.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = null;
        try
        {
            await pipeline(context);
        }
        finally
        {
            context.Features.Set(user);
            context.Features.Set<ICorsMetadata>(null);
            ReadOnlyCaller.Mark(context, isReadOnly: false);
            context.SetEndpoint(endpoint);
            (request.PathBase, request.Path, request.RouteValues) = (pathBase, path, values);
        }
    }

    private static (PathString PathBase, PathString Path) Split(PathString pathBase, PathString path, string? rest)
    {
        var text = path.Value ?? "";
        // With the slash before it. Without anything below the prefix, that is there or not.
        var length = string.IsNullOrEmpty(rest) ? (text.EndsWith('/') ? 1 : 0) : rest.Length + 1;
        return (pathBase.Add(text[..^length]), text[^length..]);
    }
}
