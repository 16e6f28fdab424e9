using System.Reflection;
using TaskApi;
using TaskApi.Starting;

if (HelpCommand.IsMeant(args))
    return HelpCommand.Run(ServiceParts.Sections(), Console.Out);
if (NewKeyCommand.IsMeant(args))
    return NewKeyCommand.Run(args, Console.Out, Console.Error);

try
{
    var builder = ServiceBuilder.Create(args);
    builder.AddTaskApi().AddSqliteStorage().AddPostgresStorage();
    builder.AddServiceParts();
    var app = builder.Build();
    app.UseTaskApi();
    await app.RunAsync();
    return 0;
}
// A test or a tool that has the service in its own process needs the exception.
catch (Exception exception) when (Assembly.GetEntryAssembly() == typeof(Program).Assembly && StartFaults.Describe(exception) is { } fault)
{
    await Console.Error.WriteLineAsync($"The service does not start: {fault}");
    return 1;
}

// Not public: see TaskApiService.
internal partial class Program;
