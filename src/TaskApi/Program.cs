using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using TaskApi.AspNetCore;
using TaskApi.AspNetCore.Security;
using TaskApi.Storage.GroupCommit;

if (NewKeyCommand.IsMeant(args))
    return NewKeyCommand.Run(args, Console.Out, Console.Error);

try
{
    var builder = WebApplication.CreateBuilder(args);
    builder.AddTaskApi();
    var app = builder.Build();
    app.UseTaskApi();
    await app.RunAsync();
    return 0;
}
catch (Exception exception) when (exception is OptionsValidationException or StorageRefusedException or IOException { InnerException: AddressInUseException })
{
    await Console.Error.WriteLineAsync($"The service does not start: {exception.Message}");
    return 1;
}
