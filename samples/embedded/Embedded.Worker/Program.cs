using Embedded.Worker;
using Microsoft.Extensions.Hosting;

var builder = Host.CreateApplicationBuilder(args);
builder.AddTaskApiWorker(builder.Configuration["TaskApi:Address"] ?? "http://localhost:5082/jobs", options => options.ApiKey = builder.Configuration["TaskApi:ApiKey"])
    .AddImageHandlers();
builder.Build().Run();
