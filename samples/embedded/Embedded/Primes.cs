using TaskApi;

namespace Embedded;

/// <summary>Computes, and never waits: it has threads of its own.</summary>
public static class Primes
{
    public static int Count(PrimesInput input, TaskContext context, CancellationToken cancellationToken)
    {
        var count = 0;
        for (var number = 2; number <= input.UpTo; number++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (IsPrime(number))
                count++;
            if (number % 1000 == 0)
                context.ReportProgress(number, input.UpTo, $"{count} so far");
        }

        return count;
    }

    private static bool IsPrime(int number)
    {
        for (var divisor = 2; divisor <= number / divisor; divisor++)
        {
            if (number % divisor == 0)
                return false;
        }

        return true;
    }
}

public sealed record PrimesInput(int UpTo);
