using System.Diagnostics.Metrics;

namespace TenantKit.Kubernetes.Tests.ApiServers;

/// <summary>Counts the requests of one test by the package's own meter; those of tests beside it flow elsewhere.</summary>
internal sealed class RequestCount : IDisposable
{
    private static readonly AsyncLocal<RequestCount?> Current = new();
    private readonly List<string> done = [];
    private readonly MeterListener listener = new();

    public RequestCount()
    {
        Current.Value = this;
        listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Name == "tenantkit.kubernetes.requests")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) =>
        {
            var known = new Dictionary<string, object?>(tags.ToArray());
            if (Current.Value == this && known["verb"] is not "watch" && known["code"] is >= 200 and < 300)
            {
                lock (done)
                {
                    done.Add($"{known["verb"]} {known["resource"]}");
                }
            }
        });
        listener.Start();
    }

    /// <summary>What was done since the last time it was asked, without watches, and without what a new quota refuses for a moment.</summary>
    public List<string> Take()
    {
        lock (done)
        {
            List<string> taken = [.. done];
            done.Clear();
            return taken;
        }
    }

    public void Dispose()
    {
        Current.Value = null;
        listener.Dispose();
    }
}
