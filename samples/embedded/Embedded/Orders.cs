using TaskApi;

namespace Embedded;

/// <summary>What the shop does with an order: five minutes later its customer hears that it is certain. Until then it can be withdrawn.</summary>
public sealed class Orders(ITasks tasks)
{
    public static readonly TimeSpan TimeToWithdraw = TimeSpan.FromMinutes(5);

    public async Task<PlacedOrder> PlaceAsync(Order order, CancellationToken cancellationToken)
    {
        var confirmation = await tasks.CreateAsync("confirmation", order, new()
        {
            Delay = TimeToWithdraw,
            Group = GroupOf(order.Number),
            Retry = new TaskRetry { MaxAttempts = 5 },
        }, cancellationToken);
        return new PlacedOrder(order.Number, confirmation.Id);
    }

    public async Task<bool> WithdrawAsync(int number, CancellationToken cancellationToken) =>
        await tasks.CancelAllAsync(GroupOf(number), "withdrawn", cancellationToken) > 0;

    private static string GroupOf(int number) => $"order-{number}";
}

public sealed record Order(int Number, string Customer);

public sealed record PlacedOrder(int Number, Guid Confirmation);
