using TaskApi;

namespace Embedded;

/// <summary>Adds up what a customer has bought in the last months: slow, because each month is asked for by itself.</summary>
public sealed class Report(Sales sales, ILogger<Report> logger) : ITaskHandler<ReportInput, ReportResult>
{
    public async Task<ReportResult> RunAsync(ReportInput input, TaskContext context, CancellationToken cancellationToken)
    {
        if (input.Months is < 1 or > 120)
            throw new TaskFailedException("wrong-months", "A report has 1 to 120 months.", retry: false);

        var total = 0m;
        for (var month = 1; month <= input.Months; month++)
        {
            total += await sales.OfMonthAsync(input.Customer, month, cancellationToken);
            context.ReportProgress(month, input.Months);
        }

        logger.LogInformation("The report is made");
        return new ReportResult(input.Customer, total);
    }
}

public sealed record ReportInput(string Customer, int Months);

public sealed record ReportResult(string Customer, decimal Total);
