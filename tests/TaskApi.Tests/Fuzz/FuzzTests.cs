using System.Globalization;
using System.Reflection;
using TaskApi.AspNetCore.Api;
using TaskApi.Tests.Fuzz.Attacks;

namespace TaskApi.Tests.Fuzz;

/// <summary>
/// Every route there is, the ones to come included, under requests that nobody should send. Each is answered as described, with
/// no fault of the service; what is refused changes nothing; and the service is well afterwards.
/// </summary>
/// <remarks>
/// The requests are the same in every run. <c>FUZZ_SEED</c> draws others, <c>FUZZ_ROUNDS</c> so many times as many. Where an assembly says so, only
/// one of several is sent; with <c>FUZZ_EVERY=1</c> it is all of them.
/// </remarks>
public sealed class FuzzTests(FuzzedService service) : IClassFixture<FuzzedService>
{
    private const int Mixed = 600;
    private const int MaxFaults = 25;

    // So many requests share a group, lest a gather of it should be about everything that was ever created.
    private const int PerGroup = 20;

    private static readonly int _seed = Number("FUZZ_SEED", 20_260_615);
    private static readonly int _rounds = Number("FUZZ_ROUNDS", 1);
    private static readonly int _every = Number("FUZZ_EVERY", int.Parse(
        typeof(FuzzTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().SingleOrDefault(static attribute => attribute.Key == "Fuzz:Every")?.Value ?? "1", CultureInfo.InvariantCulture));

    [Fact]
    public async Task Route_Any_IsAttacked()
    {
        var routes = await service.Routes();

        var described = (await Infrastructure.ApiDescription.Current).Operations.Select(static operation => operation.ToString());
        Assert.Empty(described.Except(routes.Select(static route => route.ToString())));
        Assert.All(routes.Where(static route => route.Operation is { Bodies.Count: > 0 }), static route => Assert.NotEmpty(route.WithExamples));
    }

    [Fact]
    public async Task Method_Any_IsAnsweredAsDescribed() => await Attack((await Described()).DistinctBy(static route => route.Path).SelectMany(TargetAttacks.Methods));

    [Fact]
    public async Task Path_Hostile_IsAnsweredAsDescribed() => await Attack((await Described()).SelectMany(TargetAttacks.Paths));

    [Fact]
    public async Task Query_Hostile_IsAnsweredAsDescribed() => await Attack((await Described()).SelectMany(TargetAttacks.Queries));

    [Fact]
    public async Task Header_Hostile_IsAnsweredAsDescribed() => await Attack((await Described()).SelectMany(TargetAttacks.Headers));

    [Fact]
    public async Task MediaType_Hostile_IsAnsweredAsDescribed() => await Attack((await Described()).SelectMany(BodyAttacks.MediaTypes));

    [Fact]
    public async Task Value_Hostile_IsAnsweredAsDescribed() => await Attack((await Described()).SelectMany(BodyAttacks.Values));

    [Fact]
    public async Task Name_Hostile_IsAnsweredAsDescribed() => await Attack((await Described()).SelectMany(BodyAttacks.Names));

    [Fact]
    public async Task Body_Hostile_IsAnsweredAsDescribed() => await Attack((await Described()).SelectMany(BodyAttacks.Others));

    [Fact]
    public async Task Body_Damaged_IsAnsweredAsDescribed()
    {
        var random = new Random(_seed);
        await Attack((await Described()).SelectMany(route => Enumerable.Range(0, _rounds).SelectMany(_ => BodyAttacks.Damages(route, random))));
    }

    [Fact]
    public async Task Request_HostileInSeveralWays_IsAnsweredAsDescribed() => await Attack(MixedAttacks.Of(await service.Routes(), new Random(_seed), Mixed * _rounds));

    // HEAD is GET without a body: it is attacked with the mixed ones.
    private async Task<IEnumerable<FuzzedRoute>> Described() => (await service.Routes()).Where(static route => route.Operation is not null && route.Method != HttpMethod.Head.Method);

    private async Task Attack(IEnumerable<HostileRequest> requests)
    {
        var (faults, count) = (new List<string>(), 0);
        var completed = (await service.Completed()).Id;
        foreach (var request in requests.Where(static (_, i) => (i + _seed) % _every == 0))
        {
            var task = count % 3 == 2 ? completed : (await service.Pending()).Id;
            var sent = request.About(FuzzedRoute.TaskId, task.ToString()).About(ExampleTasks.Group, string.Create(CultureInfo.InvariantCulture, $"g{count / PerGroup}"));
            if (await Verdict.Of(service, sent) is { } fault)
                faults.Add($"{sent}\n    → {fault}");
            count++;
            if (faults.Count == MaxFaults)
                break;
        }

        Assert.NotEqual(0, count);
        faults.AddRange(await service.Ailments());
        Assert.True(faults.Count == 0, $"Of {count} requests (FUZZ_SEED={_seed} FUZZ_ROUNDS={_rounds}) these are not answered as they should be:\n{string.Join('\n', faults)}");
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : otherwise;
}
