namespace Embedded;

/// <summary>Stands for a database.</summary>
public sealed class Sales(TimeProvider time)
{
    public async Task<decimal> OfMonthAsync(string customer, int month, CancellationToken cancellationToken)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(100), time, cancellationToken);
        return (customer.Length * 100) + month;
    }
}
