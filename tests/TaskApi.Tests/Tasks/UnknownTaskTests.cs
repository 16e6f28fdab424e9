using System.Net;
using TaskApi.Tests.Infrastructure;

namespace TaskApi.Tests.Tasks;

public sealed class UnknownTaskTests : EndpointTests
{
    public static MatrixTheoryData<string, string> Calls => new(
        ["GET /tasks/{id}", "GET /tasks/{id}?waitSeconds=5", "GET /tasks/{id}/done", "GET /tasks/{id}/result", "GET /tasks/{id}/result?waitSeconds=5", "PATCH /tasks/{id}", "DELETE /tasks/{id}"],
        ["01890a5d-ac96-774b-bcce-b302099a8057", "ffffffff-ffff-ffff-ffff-ffffffffffff", "00000000-0000-0000-0000-000000000000", "1", "nonsense", "01890a5d-ac96-774b-bcce-b302099a805g", "%20", "..%2Fstats", "%F0%9F%98%80"]);

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task AnyCall_UnknownOrMalformedId_IsNotFound(string call, string id)
    {
        var (method, path) = (call.Split(' ')[0], call.Split(' ')[1].Replace("{id}", id, StringComparison.Ordinal));

        var reply = await Send(HttpMethod.Parse(method), path, method == "PATCH" ? Content("""{"delaySeconds":1}""") : null);

        reply.IsProblem(HttpStatusCode.NotFound, "task-not-found");
    }

    [Fact]
    public async Task AnyCall_IdBesideAnExistingOne_IsNotFound()
    {
        var id = await Create(10);
        var last = id[^1] == '0' ? '1' : '0';

        (await Get($"/tasks/{id[..^1]}{last}")).IsProblem(HttpStatusCode.NotFound, "task-not-found");
        (await Get($"/tasks/{id}0")).IsProblem(HttpStatusCode.NotFound, "task-not-found");
        (await Get($"/tasks/{id}")).Is(HttpStatusCode.OK);
    }
}
