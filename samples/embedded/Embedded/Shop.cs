using System.Text.Json;
using TaskApi;

namespace Embedded;

/// <summary>The shop: its services, and what its own pages call.</summary>
public static class Shop
{
    public static TaskHandlersBuilder AddShop(this TaskHandlersBuilder builder)
    {
        builder.Services.AddSingleton<LetterBox>().AddScoped<Orders>().AddHostedService<Nights>();
        return builder.AddHandler<Confirmation>("confirmation").AddHandler<NightlyReport>("nightly-report");
    }

    public static void MapShop(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/orders", static (Order order, Orders orders, CancellationToken ended) => orders.PlaceAsync(order, ended));
        routes.MapDelete("/orders/{number:int}", static async (int number, Orders orders, CancellationToken ended) =>
            await orders.WithdrawAsync(number, ended) ? Results.NoContent() : Results.NotFound());
        routes.MapGet("/letters", static (LetterBox letters) => letters.Letters);

        // The worker of Embedded.Worker makes it smaller, wherever that runs.
        routes.MapPost("/images", static async (JsonElement image, ITasks tasks, CancellationToken ended) =>
        {
            var resized = await tasks.CreateAsync("resize", image, new() { Timeout = TimeSpan.FromMinutes(10) }, ended);
            return Results.Accepted($"/images/{resized.Id}", new { resized.Id });
        });
        routes.MapGet("/images/{id:guid}", static (Guid id, ITasks tasks, CancellationToken ended) => tasks.Attach(id).ResultAsync<JsonElement>(cancellationToken: ended));
    }
}
