using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TaskApi;

// What a program may use of the client, trimmed: messages, work with source-generated JSON, gather, lists, schedules, failures.
var builder = Host.CreateApplicationBuilder();
builder.Logging.ClearProviders();
builder.Services.AddTaskApiClient(new Uri(args[0]));
using var program = builder.Build();
var tasks = program.Services.GetRequiredService<ITasks>();

var handles = await tasks.CreateManyAsync([new NewTask("Hei"), new NewTask("Moi", TimeSpan.FromMilliseconds(50))]);
Console.WriteLine("gathered " + (await tasks.GatherAsync(handles)).Count);

var work = await tasks.CreateAsync(NewTask.Of("add", new Numbers([1, 2, 3]), new() { Delay = TimeSpan.FromHours(1) }, Types.Default.Numbers));
Console.WriteLine("input " + (await work.GetAsync()).Input);
await work.CancelAsync("enough");
try
{
    await work.As(Types.Default.Numbers).ResultAsync();
}
catch (TaskCancelledException exception)
{
    Console.WriteLine("cancelled " + exception.Problem?.Type);
}

var schedule = await tasks.Schedules.PutAsync("nightly", new() { Cron = "0 2 * * *", TimeZone = "Europe/Oslo", Task = new NewTask("Good night") });
Console.WriteLine("scheduled " + schedule.NextAt.Count);
await foreach (var task in tasks.ListAsync()) Console.WriteLine($"listed {task.Message ?? task.Type} {task.Status}");

internal sealed record Numbers(int[] Values);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Numbers))]
internal sealed partial class Types : JsonSerializerContext;
