using TaskApi;

// A program with one handler, "slow": its first attempt takes as many seconds as its input says, a later one no time. Its result is the name of the process.
var builder = WebApplication.CreateBuilder(args);
builder.AddTaskApi()
    .AddPostgresStorage()
    .AddHandler("slow", async (double seconds, TaskContext context, TimeProvider time) =>
    {
        // It looks at no token: whoever was suspended says what it has to say as soon as it goes on.
        if (context.Attempt == 1)
            await Task.Delay(TimeSpan.FromSeconds(seconds), time);
        return Environment.ProcessId;
    });
var app = builder.Build();
app.MapTaskApi("");
app.Run();
