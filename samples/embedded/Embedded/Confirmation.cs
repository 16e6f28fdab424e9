using TaskApi;

namespace Embedded;

/// <summary>Tells a customer that the order is certain. It may run more than once: the letter box knows by the task's id what it has already.</summary>
public sealed class Confirmation(LetterBox letters) : ITaskHandler<Order>
{
    public Task RunAsync(Order input, TaskContext context, CancellationToken cancellationToken)
    {
        letters.Send(context.Id, $"To {input.Customer}: your order {input.Number} is on its way.");
        return Task.CompletedTask;
    }
}
