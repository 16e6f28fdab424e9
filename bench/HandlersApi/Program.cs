using HandlersApi;

// A program with a handler that does nothing: what it costs to create a task over HTTP, and to have it run and finished in process.
var builder = WebApplication.CreateBuilder(args);
builder.Logging.ClearProviders();
builder.AddTaskApi().AddHandler<Noop>("noop");
var app = builder.Build();
app.MapTaskApi("");
await app.RunAsync();
