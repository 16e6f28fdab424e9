using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace TaskApi.Tests.Infrastructure;

/// <summary>What one service measures, though its process has several.</summary>
internal static class Measured
{
    /// <summary>What an instrument of a service that is observed shows now, by the value of its one label.</summary>
    public static Dictionary<string, long> ByLabel(IServiceProvider services, string name)
    {
        var (meters, shown) = (services.GetRequiredService<IMeterFactory>(), new Dictionary<string, long>());
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Name == name && ReferenceEquals(instrument.Meter.Scope, meters))
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) => shown.Add((string)tags[0].Value!, value));
        listener.Start();
        listener.RecordObservableInstruments();
        return shown;
    }
}
