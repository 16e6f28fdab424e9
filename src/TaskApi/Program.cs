using Microsoft.Extensions.Options;
using TaskApi;

try
{
    var builder = WebApplication.CreateBuilder(args);
    builder.AddTaskApi();
    var app = builder.Build();
    app.UseTaskApi();
    await app.RunAsync();
    return 0;
}
catch (OptionsValidationException exception)
{
    await Console.Error.WriteLineAsync($"The service does not start: {exception.Message}");
    return 1;
}
