using TaskApi.AspNetCore.Http.Headers;
using TaskApi.AspNetCore.Http.Problems;

namespace TaskApi.AspNetCore.Http.Callers;

/// <summary>Marks a call whose caller may look, and change nothing. A feature of the call.</summary>
internal sealed class ReadOnlyCaller
{
    private static readonly ReadOnlyCaller _instance = new();

    private ReadOnlyCaller()
    {
    }

    /// <summary>Says whether a call's caller may do no more than look.</summary>
    public static void Mark(HttpContext context, bool isReadOnly) => context.Features.Set(isReadOnly ? _instance : null);

    /// <summary>True if it may do no more.</summary>
    public static bool Is(HttpContext context) => context.Features.Get<ReadOnlyCaller>() is not null;

    /// <summary>What it is answered that would change something.</summary>
    public static ProblemResult Refusal() => new(ProblemTypes.ReadOnly, "Its caller may look, and change nothing.");
}

/// <summary>On a route: it may change something, so who may only look can't call it.</summary>
internal sealed class ChangesTasks
{
    public static readonly ChangesTasks Instance = new();
}

/// <summary>On a route with another method than GET: it changes nothing, or sees itself to who may.</summary>
internal sealed class ReadsTasks
{
    public static readonly ReadsTasks Instance = new();
}

internal static class ReadOnlyRouteExtensions
{
    /// <summary>Takes from read-only callers every route of a group whose method isn't one for reading, unless it says that it reads.</summary>
    public static RouteGroupBuilder WithReadOnlyCallers(this RouteGroupBuilder group)
    {
        ((IEndpointConventionBuilder)group).Finally(static route =>
        {
            if (!ReadMethods.AreNotAllOf(route) || route.Metadata.OfType<ReadsTasks>().Any())
                return;
            route.Metadata.Add(ChangesTasks.Instance);
            route.Metadata.Add(new ProblemMetadata(ProblemTypes.ReadOnly));
        });
        return group;
    }
}
