using System.Net.Mime;
using TaskApi.AspNetCore.Api.Docs;
using TaskApi.AspNetCore.Http.OpenApi;

namespace TaskApi.AspNetCore.Api.Tasks;

/// <summary>What the API description says of the call that shows who created whom, and who waits for whom.</summary>
internal static class TreeDocs
{
    private const string Awaited = "019ca8a0-3e80-7d4a-8b1c-5e2f9a7c3d60";

    public static readonly OperationDoc Get = new(ServiceDescription.OneTask, "GetTaskTree", "Show what a task waits for, and what it has created",
        "The task, the tasks that it was to wait for (`after`), those that it has created or that run it again (`parent`), and so on: up to 200 tasks, 24 levels deep; `truncated` says if there may be more. As JSON, or as `text/plain`, drawn as by `python -m asyncio pstree`.")
    {
        Answers =
        [
            new(200, "The tree, in the format that `Accept` asks for.")
            {
                Examples =
                [
                    new("tree", "As JSON", $$"""
                        { "task": { "id": "{{ExampleTasks.Id}}", "name": null, "type": "publish", "status": "pending", "created": [], "awaits": [
                          { "id": "{{Awaited}}", "name": "a.png", "type": "resize", "status": "running", "created": [], "awaits": [] } ] }, "truncated": false }
                        """),
                    new("tree", "As text", $"publish {ExampleTasks.Id} pending\n└── awaits resize {Awaited} \"a.png\" running\n") { MediaType = MediaTypeNames.Text.Plain },
                ],
            },
        ],
    };
}
