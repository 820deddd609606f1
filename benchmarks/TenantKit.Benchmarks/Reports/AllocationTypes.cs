using System.Diagnostics.Tracing;

namespace TenantKit.Benchmarks.Reports;

/// <summary>Counts which types the runtime says were allocated, by its sample of one in every 100 KB.</summary>
internal sealed class AllocationTypes : EventListener
{
    private readonly Dictionary<string, long> bytes = [];

    public void Print(int requests)
    {
        lock (bytes)
        {
            foreach (var (type, sum) in bytes.OrderByDescending(entry => entry.Value).Take(40))
            {
                Console.WriteLine($"{(double)sum / requests,8:F0}  {type}");
            }

            bytes.Clear();
        }
    }

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == "Microsoft-Windows-DotNETRuntime")
        {
            EnableEvents(eventSource, EventLevel.Verbose, (EventKeywords)1);
        }
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.EventName?.StartsWith("GCAllocationTick", StringComparison.Ordinal) == true)
        {
            var type = (string)eventData.Payload![5]!;
            lock (bytes)
            {
                bytes[type] = bytes.GetValueOrDefault(type) + (long)(ulong)eventData.Payload[3]!;
            }
        }
    }
}
