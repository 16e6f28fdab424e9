using Embedded;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddScoped<Sales>();
builder.AddTaskApi()
    .AddShop()
    .AddHandler<Report>("report", options => options.MaxRunning = 4)
    .AddHandler("primes", Primes.Count, options => options.OnThreads = true);

var app = builder.Build();
app.MapGet("/", () => "Tasks are at /jobs: a dashboard for people, and an API for programs.");
app.MapShop();
app.MapTaskApi("/jobs");
app.Run();
