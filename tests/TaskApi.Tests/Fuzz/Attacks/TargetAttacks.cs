using TaskApi.Tests.Fuzz.Corpus;

namespace TaskApi.Tests.Fuzz.Attacks;

/// <summary>What can be done to a request without touching its body: method, path, query, headers.</summary>
internal static class TargetAttacks
{
    private static readonly string[] _methods =
        ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "QUERY", "BREW", "G", "!#$%&'*+-.^_`|~09", new('M', 300)];

    private static readonly string[] _paths =
        ["/", "//", "/...", "/%2f", "/%5c", "/%", "/%zz", "/%25", "/%ff", "/%c0%ae%c0%ae", "/;a=b", "/a;b", "/:", "/*", "/~", "/%20", "/%09", "/%0d%0a", "/null", "/" + new string('a', 4000), string.Concat(Enumerable.Repeat("/a", 1000))];

    /// <summary>The route's path by every method, those included that it has.</summary>
    public static IEnumerable<HostileRequest> Methods(FuzzedRoute route) =>
        _methods.SelectMany(method => (HostileRequest[])[route.Best with { Method = method }, new(method, route.Request.Target)]);

    /// <summary>Hostile ids where the path has one, and hostile ends after any path.</summary>
    public static IEnumerable<HostileRequest> Paths(FuzzedRoute route)
    {
        var ids = HostileText.Short.Concat(HostileText.Long).Select(HostileQueries.Escape).Where(static id => id.Length is > 0 and < 6000 && !id.Contains("%00", StringComparison.Ordinal));
        foreach (var id in route.Path.Contains("{id}", StringComparison.Ordinal) ? ids : [])
            yield return route.Best with { Target = route.Path.Replace("{id}", id, StringComparison.Ordinal) + route.Query };
        foreach (var end in _paths)
            yield return route.Best with { Target = route.Request.Target + end };
    }

    /// <summary>Hostile values of each parameter that the route is described with, and of one that it isn't; and hostile queries as a whole.</summary>
    public static IEnumerable<HostileRequest> Queries(FuzzedRoute route) =>
        from query in HostileQueries.All.Concat(route.QueryParameters.Append("nonsense").SelectMany(HostileQueries.Of))
        select route.Best with { Target = route.Request.Target + query };

    /// <summary>Hostile headers, one at a time, and some twice.</summary>
    public static IEnumerable<HostileRequest> Headers(FuzzedRoute route)
    {
        foreach (var (name, value) in HostileHeaders.Names.SelectMany(static name => HostileHeaders.Values.Select(value => (name, value))).Concat(HostileHeaders.Others))
            yield return route.Best.WithHeader(name, value);
        foreach (var name in HostileHeaders.Names)
            yield return route.Best.WithHeader(name, "a").WithHeader(name, "b");
    }
}
