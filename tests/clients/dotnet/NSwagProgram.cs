using Generated.NSwag;

namespace GeneratedClients;

/// <summary>Uses the client that NSwag generates. Prints what the other clients print.</summary>
internal static class NSwagProgram
{
    public static async Task RunAsync(string address, string group)
    {
        using var http = new HttpClient();
        var api = new NSwagClient(http) { BaseUrl = address };

        var created = await api.CreateTaskAsync(new CreateTaskRequest { Message = "Hei", DelaySeconds = 3600, Group = group });
        Console.WriteLine($"created {created.Status.ToString().ToLowerInvariant()}");

        var batch = await api.CreateTasksAsync([new() { Message = "Bonjour", Group = group }, new() { Message = "Bore da", Group = group }]);
        var ids = batch.Tasks.Select(static task => task.Id.ToString()).ToList();
        Console.WriteLine($"batch {ids.Count}");

        var gathered = await api.GatherTasksAsync(new GatherRequest { Ids = ids, ReturnExceptions = true, WaitSeconds = 30, OnTimeout = TimeoutAction.Leave });
        Console.WriteLine($"gathered {string.Join(',', gathered.Results.Select(static result => $"{result}"[9..]))}");

        var waited = await api.WaitForTasksAsync(new WaitRequest { Ids = [created.Id.ToString(), .. ids], ReturnWhen = ReturnWhen.FirstCompleted, WaitSeconds = 30 });
        Console.WriteLine($"waited {waited.Done.Count} {waited.Pending.Count}");

        using var stream = await api.StreamTasksAsCompletedAsync(new AsCompletedRequest { Ids = ids, WaitSeconds = 30 });
        using var lines = new StreamReader(stream.Stream);
        Console.WriteLine($"streamed {(await lines.ReadToEndAsync()).Trim().Split('\n').Length}");

        var listed = await api.ListTasksAsync(status: TaskState.Completed, group: group, order: Order.Newest);
        Console.WriteLine($"listed {string.Join(',', listed.Tasks.Select(static task => task.Message))}");

        var cancelled = await api.CancelTaskAsync(created.Id, reason: "enough");
        Console.WriteLine($"cancelled {cancelled.Error.Detail}");

        try
        {
            await api.GetTaskResultAsync(created.Id);
        }
        catch (ApiException<ProblemDocument> exception)
        {
            Console.WriteLine($"refused {exception.Result.Type}");
        }
    }
}
