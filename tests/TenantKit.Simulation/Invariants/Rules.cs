namespace TenantKit.Simulation.Invariants;

/// <summary>Names of the invariants, as the table in the docs has them.</summary>
internal static class Rules
{
    public const string Fencing = "fencing";
    public const string OneActor = "one-actor-per-token";
    public const string IntentFirst = "intent-before-effect";
    public const string NoOrphan = "no-orphan";
    public const string LedgerTruth = "ledger-tells-the-truth";
    public const string DataKept = "data-only-removed-after-retention";
    public const string DeleteFinal = "delete-is-final";
    public const string OwnData = "own-data-only";
    public const string NoLostOrder = "no-acknowledged-write-lost";
    public const string StopAsked = "stop-only-what-should-stop";
    public const string WithdrawFirst = "withdraw-before-stop";
    public const string DrainMark = "no-request-after-drain-mark";
    public const string RightTenant = "right-tenant-only";
    public const string Delivery = "delivered-once";
    public const string Answered = "answered-once";
    public const string CutOff = "cut-off-only-when-locked";
    public const string Retryable = "refusal-is-retryable";
    public const string LastGood = "known-tenant-is-not-404";
    public const string WhoWakes = "only-its-own-wake-it";
    public const string SingleFlight = "one-wake-per-wait";
    public const string StartLimit = "start-limit";
    public const string ReplicaLimit = "instances-as-wanted";
    public const string BackOff = "back-off-is-kept";
    public const string Audit = "one-audit-row-per-change";
    public const string Monotone = "only-forward";
    public const string Feed = "feed-in-order";
    public const string FeedRest = "routes-equal-state-at-rest";
    public const string Converged = "desired-equals-observed";
    public const string Operations = "operations-end";
    public const string Quiet = "quiet-at-rest";
    public const string IdleSafety = "idle-means-idle";
    public const string Warm = "warm-tenants-notice-nothing";
    public const string LoopAlive = "nothing-throws";
    public const string Leases = "leases-held-at-rest";
    public const string Deterministic = "same-seed-same-run";
}
