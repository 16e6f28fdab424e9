using TaskApi.Client;

namespace TaskApi.Tests.Client;

/// <summary>The program that the client's README shows.</summary>
internal static class ReadmeExample
{
    /// <summary>Runs it, and answers with what it prints.</summary>
    public static async Task<string> Run(TaskApiClient client)
    {
        await using var Console = new StringWriter();

        // README
        var task = await client.CreateAsync("Bonjour", TimeSpan.FromSeconds(10));   // asyncio.create_task
        Console.WriteLine(await task.IsDoneAsync());                                // task.done()
        Console.WriteLine(await task.ResultAsync());                                // await task

        TaskHandle[] tasks =
        [
            await client.CreateAsync("Bore da", TimeSpan.FromSeconds(2)),
            await client.CreateAsync(new NewTask("Hei hei", TimeSpan.FromSeconds(1)) { Name = "greeting", Group = "demo" }),
        ];
        foreach (var result in await client.GatherAsync(tasks))                     // asyncio.gather
            Console.WriteLine(result);
        await foreach (var finished in client.AsCompletedAsync(tasks))              // asyncio.as_completed
            Console.WriteLine($"{finished.Message} has {finished.Status.ToString().ToLowerInvariant()}");

        var never = await client.CreateAsync("Never", TimeSpan.FromHours(1));
        await never.CancelAsync("changed my mind");                                 // task.cancel()
        try
        {
            await never.ResultAsync();
        }
        catch (TaskCancelledException exception)
        {
            Console.WriteLine($"Cancelled: {exception.Problem.Error?.Detail}");
        }
        // END

        return Console.ToString();
    }
}
