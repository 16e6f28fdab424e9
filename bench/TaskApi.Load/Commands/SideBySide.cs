using System.Globalization;
using TaskApi.Bench;
using TaskApi.Load.Http;

namespace TaskApi.Load.Commands;

/// <summary>
/// How fast one caller does something with a service, as time goes by, beside the same with another one. It turns from one to the other and back each second, so that what else
/// the machine does slows both.
/// </summary>
/// <param name="here">Does it once; answers how much that was.</param>
/// <param name="beside">The same with the other one.</param>
internal sealed class SideBySide(Func<Task<int>> here, Func<Task<int>> beside)
{
    private const int Parts = 10;

    private readonly (double Here, double Beside)[] _rates = new (double, double)[Parts];

    /// <summary>The ratio in each tenth of the time.</summary>
    private double[] Ratios => Array.ConvertAll(_rates, static rate => rate.Here / rate.Beside);

    /// <summary>Measures.</summary>
    public async Task RunAsync(int seconds)
    {
        // Until what runs often has been compiled for good.
        await TakeTurnsAsync(Math.Min(10, seconds));
        for (var i = 0; i < Parts; i++)
        {
            _rates[i] = await TakeTurnsAsync(Math.Max(2, seconds / Parts));
            await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"  {_rates[i].Here:0}/s, beside it {_rates[i].Beside:0}/s"));
        }
    }

    /// <summary>Writes the rows.</summary>
    /// <param name="what">What was done.</param>
    public void Write(string what)
    {
        var ratios = Ratios;
        TableRow.Write(
            $"{what}: the last tenth",
            string.Create(CultureInfo.InvariantCulture, $"{_rates[^1].Here:0}/s"), string.Create(CultureInfo.InvariantCulture, $"{_rates[^1].Beside:0}/s"),
            ratios[^1].ToString("0.00", CultureInfo.InvariantCulture), "≥ 0.80", ratios[^1] >= 0.8 ? "ok" : "**missed**");
        TableRow.Write("… the ratio in each tenth", string.Join(", ", Array.ConvertAll(ratios, static ratio => ratio.ToString("0.00", CultureInfo.InvariantCulture))));
    }

    // Half of the time each, a second at a time.
    private async Task<(double Here, double Beside)> TakeTurnsAsync(int seconds)
    {
        var (done, doneBeside) = (0.0, 0.0);
        var rounds = seconds / 2;
        for (var i = 0; i < rounds; i++)
        {
            done += await RunAsync(here);
            doneBeside += await RunAsync(beside);
        }

        return (done / rounds, doneBeside / rounds);
    }

    private static async Task<double> RunAsync(Func<Task<int>> step)
    {
        var (started, count) = (Clock.Mark(), 0);
        while (Clock.Since(started) < TimeSpan.FromSeconds(1)) count += await step();
        return count / Clock.Since(started).TotalSeconds;
    }
}
