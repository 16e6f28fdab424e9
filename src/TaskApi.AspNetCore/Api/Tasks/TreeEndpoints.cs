using System.Net.Mime;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using TaskApi.AspNetCore.Api.Contracts;
using TaskApi.AspNetCore.Http.Callers;
using TaskApi.AspNetCore.Http.Headers;
using TaskApi.AspNetCore.Http.Json;
using TaskApi.AspNetCore.Http.OpenApi;
using TaskApi.AspNetCore.Http.Problems;
using TaskApi.Engine.Ports;
using static TaskApi.AspNetCore.Api.TaskProblemTypes;

namespace TaskApi.AspNetCore.Api.Tasks;

/// <summary>The call that shows who created whom, and who waits for whom.</summary>
internal static class TreeEndpoints
{
    private static readonly OfferedMedia _media = new(MediaTypeNames.Application.Json, MediaTypeNames.Text.Plain);

    /// <summary>Maps the call onto the group of all task routes.</summary>
    public static void MapTree(this RouteGroupBuilder tasks) =>
        tasks.MapMethods("/{id}/tree", ReadMethods.All, GetAsync).WithDoc(TreeDocs.Get).WithMetadata(_media).WithProblems(TaskNotFound);

    private static async Task<Results<OkJson<TreeResponse>, OkText, ProblemResult>> GetAsync(
        string id, HttpContext context, ITaskQueries queries, CancellationToken cancellationToken)
    {
        context.Response.Headers.Vary = "Accept";
        if (!IdText.TryParse(id, out var guid))
            return StorageProblems.TaskNotFound();
        var answer = await queries.FindAsync(context.Owner(), guid, cancellationToken);
        if (answer is not { Status: AnswerStatus.Ok, Task: { } task })
            return answer.Status.ToProblem();
        var reader = new TreeReader(queries, context.Owner());
        var root = await reader.ReadAsync(task, depth: 0, cancellationToken);
        var tree = new TreeResponse(root, reader.IsTruncated);
        if (ContentNegotiation.Choose(context.Request.Headers.Accept, _media.Types) == 0)
            return JsonResults.Ok(tree);
        return new OkText(Encoding.UTF8.GetBytes(TreeText.Draw(tree)));
    }
}
