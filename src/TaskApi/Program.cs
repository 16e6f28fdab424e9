using System.Reflection;
using TaskApi.AspNetCore;
using TaskApi.AspNetCore.Security;
using TaskApi.AspNetCore.Starting;

if (HelpCommand.IsMeant(args))
    return HelpCommand.Run(Console.Out);
if (NewKeyCommand.IsMeant(args))
    return NewKeyCommand.Run(args, Console.Out, Console.Error);

try
{
    var builder = ServiceBuilder.Create(args);
    builder.AddTaskApi();
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

namespace TaskApi
{
    /// <summary>
    /// Names this program where a type of it is asked for, as by <c>WebApplicationFactory&lt;TaskApiService&gt;</c> in a test. Its <c>Program</c>
    /// is internal, so that nobody who has one of his own is asked which is meant.
    /// </summary>
    public abstract class TaskApiService
    {
        private protected TaskApiService()
        {
        }
    }
}
