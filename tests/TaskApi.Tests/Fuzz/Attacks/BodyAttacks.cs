using System.Text;
using TaskApi.Tests.Fuzz.Corpus;

namespace TaskApi.Tests.Fuzz.Attacks;

/// <summary>What can be done to the body of a request. Routes that take none are sent some of it all the same.</summary>
internal static class BodyAttacks
{
    private const int CutsPerExample = 24;
    private const int DamagesPerExample = 40;

    /// <summary>Every example with a hostile value in the place of each of its values.</summary>
    public static IEnumerable<HostileRequest> Values(FuzzedRoute route)
    {
        var done = new HashSet<string>(StringComparer.Ordinal);
        foreach (var example in route.WithExamples)
        {
            var places = JsonHoles.Values(FirstLine(example), Members(route, example)).Where(place => done.Add($"{example.ContentType} {place.Name}"));
            foreach (var request in places.SelectMany(place => HostileJson.Values.Select(value => WithFirstLine(example, place.Fill(value)))))
                yield return request;
        }
    }

    /// <summary>Every example with a hostile name in the place of each of its names, with more members, and with the same ones twice.</summary>
    public static IEnumerable<HostileRequest> Names(FuzzedRoute route)
    {
        var done = new HashSet<string>(StringComparer.Ordinal);
        foreach (var example in route.WithExamples)
        {
            var places = JsonHoles.Names(FirstLine(example)).Where(place => done.Add($"{example.ContentType} {place.Name}"));
            foreach (var request in places.SelectMany(place => place.Names.Concat(HostileJson.Names).Select(name => WithFirstLine(example, place.Fill(name)))))
                yield return request;
        }
    }

    /// <summary>Bodies that have nothing to do with the route.</summary>
    public static IEnumerable<HostileRequest> Others(FuzzedRoute route)
    {
        var types = route.WithExamples.Select(static example => example.ContentType).Distinct().ToList();
        return HostileBodies.All.SelectMany(body => types.DefaultIfEmpty("application/json").Select(type => (route.Request with { Target = route.Request.Target + route.Query, ContentType = type, Body = body })));
    }

    /// <summary>Every example in the name of a hostile media type.</summary>
    public static IEnumerable<HostileRequest> MediaTypes(FuzzedRoute route) =>
        from example in route.WithExamples.DistinctBy(static example => example.ContentType).DefaultIfEmpty(route.Best.WithBody(null, "{}"))
        from type in HostileMedia.ContentTypes
        select example with { ContentType = type };

    /// <summary>Every example cut off, and with bytes changed, lost, doubled or put in.</summary>
    public static IEnumerable<HostileRequest> Damages(FuzzedRoute route, Random random)
    {
        foreach (var example in route.WithExamples)
        {
            for (var i = 0; i < CutsPerExample; i++)
                yield return example with { Body = example.Body![..(example.Body!.Length * i / CutsPerExample)] };
            for (var i = 0; i < DamagesPerExample; i++)
                yield return example with { Body = Damage(example.Body!, random) };
        }
    }

    /// <summary>A body with some bytes changed, lost, doubled or put in.</summary>
    public static byte[] Damage(byte[] body, Random random)
    {
        var bytes = body.ToList();
        for (var times = random.Next(1, 4); times > 0 && bytes.Count > 0; times--)
        {
            var at = random.Next(bytes.Count);
            var length = random.Next(1, Math.Min(8, bytes.Count - at) + 1);
            switch (random.Next(5))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes.RemoveRange(at, length);
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(at, length));
                    break;
                default:
                    bytes.InsertRange(at, Encoding.UTF8.GetBytes(HostileJson.Values[random.Next(HostileJson.Values.Count)]));
                    break;
            }
        }

        return [.. bytes];
    }

    // The members that an object at the root, or each of an array there, may have.
    private static IEnumerable<string> Members(FuzzedRoute route, HostileRequest example)
    {
        var description = route.Operation!.Description;
        var schema = description.Resolve(route.Operation.Bodies.Single(body => body.Name == example.ContentType).Value.GetProperty("schema"));
        if (schema.TryGetProperty("items", out var items))
            schema = description.Resolve(items);
        return schema.TryGetProperty("properties", out var properties) ? properties.EnumerateObject().Select(static property => property.Name) : [];
    }

    private static string FirstLine(HostileRequest example)
    {
        var text = Encoding.UTF8.GetString(example.Body!);
        return example.ContentType == TaskApi.AspNetCore.Http.Headers.MediaTypes.NdJson ? text.Split('\n')[0] : text;
    }

    private static HostileRequest WithFirstLine(HostileRequest example, string line)
    {
        if (example.ContentType != TaskApi.AspNetCore.Http.Headers.MediaTypes.NdJson)
            return example.WithBody(example.ContentType, line);
        var text = Encoding.UTF8.GetString(example.Body!);
        return example.WithBody(example.ContentType, line + text[text.IndexOf('\n', StringComparison.Ordinal)..]);
    }
}
