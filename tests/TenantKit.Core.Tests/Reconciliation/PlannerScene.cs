using TenantKit.Diagnostics;
using TenantKit.Orchestration;
using TenantKit.Reconciliation.Planning;
using TenantKit.Routing;
using TenantKit.Templates;
using TenantKit.Tenants;

namespace TenantKit.Core.Tests.Reconciliation;

/// <summary>One tenant as it is stored and observed, to be planned for.</summary>
internal sealed class PlannerScene
{
    public static readonly DateTimeOffset Now = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public Tenant Tenant { get; set; } = new()
    {
        Id = "t", Name = "acme", OwnerUserId = "o", TemplateName = "default", TemplateVersion = 1, Resources = ResourceLimits.Default, CreatedAt = Now.AddHours(-1), Revision = 7,
    };

    public TenantStatus Status { get; set; } = new()
    {
        TenantId = "t", Phase = TenantPhase.Running, ChangedAt = Now.AddSeconds(-5), ObservedGeneration = 1, AppliedGeneration = 1, Provisioned = true,
    };

    public List<Instance> Rows { get; } = [];

    public List<InstanceObservation> Observed { get; } = [];

    public Dictionary<string, ProbeResult> Probes { get; } = [];

    public List<LedgerKind> Ledger { get; } = [LedgerKind.Compute, LedgerKind.Data];

    public TenantKitOptions Options { get; } = new();

    public bool IsDrained { get; set; }

    public bool HasTurn { get; set; } = true;

    public bool HasUnit { get; set; } = true;

    public TimeSpan DrainedFor { get; set; }

    public TimeSpan? BackoffLeft { get; set; }

    public DateTimeOffset? LastAccessAt { get; set; }

    public void Runs(string id, bool ready = true, RuntimeState state = RuntimeState.Running, long epoch = 0)
    {
        Observed.Add(new InstanceObservation { Id = id, State = state, RestartEpoch = epoch, CreatedAt = Now.AddMinutes(-5), Endpoint = "127.0.0.1:1" });
        if (ready)
        {
            Probes[id] = ProbeResult.Success;
        }
    }

    public void Recorded(string id, InstanceState state, long epoch = 0) =>
        Rows.Add(new Instance { Id = id, TenantId = "t", State = state, RestartEpoch = epoch, CreatedAt = Now.AddMinutes(-5), Revision = 5 });

    public Plan Plan() => new Planner().Next(new TenantView
    {
        State = new TenantState(
            Tenant, Status, Rows,
            [.. Ledger.Select(static kind => new LedgerEntry { TenantId = "t", Kind = kind, Name = "user-o", CreatedAt = Now })], []),
        Template = new Template { Name = "default", Version = 1, Image = "app", CreatedAt = Now },
        Unit = HasUnit ? new UnitObservation(new UnitRef("t", "user-o"), Observed, HasData: true) : null,
        Probes = Probes,
        ProbeFailures = static _ => 0,
        IsDrained = _ => IsDrained,
        DrainedFor = _ => DrainedFor,
        Now = Now,
        LastAccessAt = LastAccessAt,
        TryEnterStart = () => HasTurn,
        Backoff = new Backoff(Options, new SystemRandomSource()),
        BackoffLeft = _ => BackoffLeft,
        Options = Options,
    });
}
