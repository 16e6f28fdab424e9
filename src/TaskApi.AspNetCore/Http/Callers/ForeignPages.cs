using TaskApi.AspNetCore.Http.Headers;
using TaskApi.AspNetCore.Http.Problems;

namespace TaskApi.AspNetCore.Http.Callers;

/// <summary>What pages of other origins are answered that would change something.</summary>
internal static class ForeignPages
{
    /// <summary>The answer.</summary>
    public static ProblemResult Refusal() =>
        new(ProblemTypes.CrossOrigin, "A web page of another origin (Origin, Sec-Fetch-Site) may not make this call. Behind a proxy, the Host header has to be the one that the browser sent.");

    /// <summary>Documents the answer for every route of a group whose method isn't one for reading.</summary>
    public static RouteGroupBuilder WithForeignPages(this RouteGroupBuilder group)
    {
        ((IEndpointConventionBuilder)group).Finally(static route =>
        {
            if (ReadMethods.AreNotAllOf(route))
                route.Metadata.Add(new ProblemMetadata(ProblemTypes.CrossOrigin));
        });
        return group;
    }
}
