using TenantKit.Control;
using TenantKit.Gateway.Activity;

namespace TenantKit.Gateway.Remote;

/// <summary>Brings reports to one replica: one at a time and in their order, with what earlier ones did not bring.</summary>
internal sealed class RemoteReports(Func<ActivityReport, CancellationToken, Task> send)
{
    private readonly Lock gate = new();
    private readonly ReportBacklog backlog = new();
    private bool busy;

    /// <summary>Sends a report; null when it arrived. While an earlier one is under way, its news wait for the next.</summary>
    public async Task<Exception?> SendAsync(ActivityReport report, CancellationToken cancellationToken)
    {
        ActivityReport complete;
        lock (gate)
        {
            if (busy)
            {
                backlog.Failed(backlog.Complete(report));
                return new TimeoutException("An earlier report is still under way.");
            }

            busy = true;
            complete = backlog.Complete(report);
            backlog.Delivered();
        }

        Exception? failure = null;
        try
        {
            await send(complete, cancellationToken);
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        lock (gate)
        {
            busy = false;
            if (failure is not null)
            {
                // News that came meanwhile are newer than these.
                var newer = backlog.Complete(complete with { Tenants = [] });
                backlog.Failed(complete);
                backlog.Failed(newer);
            }
        }

        return failure;
    }
}
