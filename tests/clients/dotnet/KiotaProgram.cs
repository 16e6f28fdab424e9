using Generated.Kiota;
using Generated.Kiota.Models;
using Generated.Kiota.Tasks;
using Microsoft.Kiota.Abstractions.Authentication;
using Microsoft.Kiota.Abstractions.Serialization;
using Microsoft.Kiota.Http.HttpClientLibrary;

namespace GeneratedClients;

/// <summary>Uses the client that Kiota generates. Prints what the other clients print.</summary>
internal static class KiotaProgram
{
    public static async Task RunAsync(string address, string group)
    {
        using var adapter = new HttpClientRequestAdapter(new AnonymousAuthenticationProvider()) { BaseUrl = address };
        var api = new KiotaClient(adapter);

        var created = await api.Tasks.PostAsync(new CreateTaskRequest { Message = "Hei", DelaySeconds = 3600, Group = group });
        var id = created.Id.Value;
        Console.WriteLine($"created {created.Status.ToString().ToLowerInvariant()}");

        var batch = await api.Tasks.Batch.PostAsync([new() { Message = "Bonjour", Group = group }, new() { Message = "Bore da", Group = group }]);
        var ids = batch.Tasks.Select(static task => task.Id.ToString()).ToList();
        Console.WriteLine($"batch {ids.Count}");

        var gathered = await api.Tasks.Gather.PostAsync(new GatherRequest { Ids = ids, ReturnExceptions = true, WaitSeconds = 30, OnTimeout = TimeoutAction.Leave });
        Console.WriteLine($"gathered {string.Join(',', ((UntypedArray)gathered.Results).GetValue().Select(static result => ((UntypedString)result).GetValue()[9..]))}");

        var waited = await api.Tasks.Wait.PostAsync(new WaitRequest { Ids = [id.ToString(), .. ids], ReturnWhen = ReturnWhen.FirstCompleted, WaitSeconds = 30 });
        Console.WriteLine($"waited {waited.Done.Count} {waited.Pending.Count}");

        using var lines = new StreamReader(await api.Tasks.AsCompleted.PostAsync(new AsCompletedRequest { Ids = ids, WaitSeconds = 30 }));
        Console.WriteLine($"streamed {(await lines.ReadToEndAsync()).Trim().Split('\n').Length}");

        var listed = await api.Tasks.GetAsync(request =>
        {
            request.QueryParameters.Group = group;
            request.QueryParameters.StatusAsTaskState = TaskState.Completed;
            request.QueryParameters.OrderAsGetOrderQueryParameterType = GetOrderQueryParameterType.Newest;
        });
        Console.WriteLine($"listed {string.Join(',', listed.Tasks.Select(static task => task.Message))}");

        var cancelled = await api.Tasks[id].DeleteAsync(static request => request.QueryParameters.Reason = "enough");
        Console.WriteLine($"cancelled {cancelled.Error.Detail}");

        try
        {
            await api.Tasks[id].Result.GetAsync();
        }
        catch (ProblemDocument problem)
        {
            Console.WriteLine($"refused {problem.Type}");
        }
    }
}
