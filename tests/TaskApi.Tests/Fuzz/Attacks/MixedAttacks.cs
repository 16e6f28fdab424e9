using TaskApi.Tests.Fuzz.Corpus;

namespace TaskApi.Tests.Fuzz.Attacks;

/// <summary>Several attacks at once, drawn by lot.</summary>
internal static class MixedAttacks
{
    private const int MostAtOnce = 5;

    private static readonly (string Name, string Value)[] _headers =
        [.. HostileHeaders.Others.Where(static header => header.Name != "Host"), .. HostileHeaders.Names.SelectMany(static name => HostileHeaders.Values.Where(static value => value.Length < 4000).Select(value => (name, value)))];

    /// <summary>So many requests to any of the routes.</summary>
    public static IEnumerable<HostileRequest> Of(IReadOnlyList<FuzzedRoute> routes, Random random, int count)
    {
        var queries = routes.ToDictionary(static route => route, static route => TargetAttacks.Queries(route).Select(static request => request.Target.IndexOf('?', StringComparison.Ordinal) is >= 0 and var at ? request.Target[at..] : "").ToArray());
        for (var i = 0; i < count; i++)
        {
            var route = One(routes, random);
            var request = route.WithExamples is { Count: > 0 } examples && random.Next(10) > 0 ? One(examples, random) : route.Best;
            for (var times = random.Next(1, MostAtOnce + 1); times > 0; times--)
                request = Change(request, queries[route], routes, random);
            yield return request;
        }
    }

    private static HostileRequest Change(HostileRequest request, string[] queries, IReadOnlyList<FuzzedRoute> routes, Random random) => random.Next(12) switch
    {
        0 or 1 => request with { Target = request.Target.Split('?')[0] + One(queries, random) },
        2 => request with { Method = One(routes, random).Method },
        3 => request with { Target = One(routes, random).Request.Target },
        4 or 5 when request.Body is not null => request with { Body = BodyAttacks.Damage(request.Body, random) },
        6 when request.Body is not null => request with { ContentType = One(HostileMedia.ContentTypes, random) },
        7 => request with { Body = One(HostileBodies.All, random), ContentType = request.ContentType ?? "application/json" },
        _ => With(request, One(_headers, random)),
    };

    // All headers together have to stay within what the server takes; beyond, it answers by itself.
    private static HostileRequest With(HostileRequest request, (string Name, string Value) header) =>
        request.Headers.Sum(static one => one.Value.Length) + header.Value.Length < 8000 ? request.WithHeader(header.Name, header.Value) : request;

    private static T One<T>(IReadOnlyList<T> many, Random random) => many[random.Next(many.Count)];
}
