using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TenantKit.Audit;
using TenantKit.Storage;

namespace TenantKit.Admin.Audit;

/// <summary>Audits what was refused, within a budget per caller and minute, so that nobody can flood the log by being refused.</summary>
internal sealed partial class DenialAudit(
    IChangeWriter writer, AuditFactory audit, TimeProvider time, IOptions<TenantAdminOptions> options, ILogger<DenialAudit> logger)
{
    private const int MaxCallers = 10_000;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private readonly Lock gate = new();
    private readonly Dictionary<string, Budget> budgets = new(StringComparer.Ordinal);

    public async Task RecordAsync(Actor actor, string action, string target, AuditOutcome outcome = AuditOutcome.Denied, string? detail = null)
    {
        if (Spend(actor.Id) is not { } unwritten)
        {
            return;
        }

        if (unwritten > 0)
        {
            detail = string.Create(CultureInfo.InvariantCulture, $"{detail} ({unwritten} more were refused before and not written one by one)").Trim();
        }

        try
        {
            // Not cancelled with the request: who hangs up was refused all the same.
            await writer.CommitAsync(new ChangeSet().Record(audit.Create(actor, action, target, outcome, detail)), CancellationToken.None).ConfigureAwait(false);
        }
        catch (StoreUnavailableException exception)
        {
            LogUnwritten(logger, exception, actor.Id, action);
        }
    }

    /// <summary>Takes one row of the caller's budget.</summary>
    /// <returns>How many rows were left out in the window before; null when the budget is spent.</returns>
    private int? Spend(string caller)
    {
        lock (gate)
        {
            var now = time.GetUtcNow();
            if (budgets.Count > MaxCallers)
            {
                budgets.Clear();
            }

            var budget = budgets.GetValueOrDefault(caller) ?? new Budget(now, 0);
            var unwritten = 0;
            if (now - budget.Since >= Window)
            {
                unwritten = Math.Max(0, budget.Count - options.Value.DenialsAuditedPerMinute);
                budget = new Budget(now, 0);
            }

            budgets[caller] = budget with { Count = budget.Count + 1 };
            return budget.Count < options.Value.DenialsAuditedPerMinute ? unwritten : null;
        }
    }

    [LoggerMessage(LogLevel.Warning, "The refusal of {Action} to {Actor} could not be audited.")]
    private static partial void LogUnwritten(ILogger logger, Exception exception, string actor, string action);

    private sealed record Budget(DateTimeOffset Since, int Count);
}
