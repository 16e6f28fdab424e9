using TaskApi;

var builder = WebApplication.CreateBuilder(args);
builder.AddTaskApi();
var app = builder.Build();
app.UseTaskApi();
await app.RunAsync();
