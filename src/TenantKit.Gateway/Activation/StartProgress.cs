using TenantKit.Gateway.Pages;
using TenantKit.Routing;
using TenantKit.Tenants;

namespace TenantKit.Gateway.Activation;

/// <summary>Says where a tenant is on its way, for people.</summary>
internal sealed class StartProgress(PageTexts texts)
{
    public string Describe(Route route, StartOutlook outlook)
    {
        if (route.Message is { } message)
        {
            return message;
        }

        if (route.State == RouteState.Failed)
        {
            return texts.Fill(PageTexts.FailedReason, "reason", route.Reason);
        }

        var step = Step(route, outlook);

        // In steps of five: a number that changes each second would be read out each second.
        return outlook.Left is { TotalSeconds: >= 2 } left
            ? $"{step} {texts.Fill(PageTexts.Expected, "seconds", Math.Ceiling(left.TotalSeconds / 5) * 5)}"
            : step;
    }

    private string Step(Route route, StartOutlook outlook) => (route.State, route.Reason) switch
    {
        (_, StatusReasons.WaitingForStartSlot) => outlook.Position is > 0 and var before ? texts.Fill(PageTexts.QueuedAt, "position", before) : texts[PageTexts.Queued],
        (_, StatusReasons.WaitingForReady) => texts[PageTexts.Started],
        (RouteState.Asleep, _) => texts[PageTexts.Waking],
        _ when route.Instances.Count > 0 => texts[PageTexts.Started],
        _ => texts[PageTexts.Starting],
    };
}
