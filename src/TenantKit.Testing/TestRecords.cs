using TenantKit.Audit;
using TenantKit.Operations;
using TenantKit.Storage;
using TenantKit.Templates;
using TenantKit.Tenants;
using TenantKit.Users;

namespace TenantKit.Testing;

/// <summary>Complete records for tests, in which no two members of the same type are equal: a mix-up of arguments shows.</summary>
public static class TestRecords
{
    /// <summary>A moment whose every part, ticks included, is different.</summary>
    public static DateTimeOffset Moment { get; } = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero).AddTicks(678_9012);

    /// <summary>A running tenant.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="name">Its name; null for <c>name-of-{id}</c>.</param>
    /// <param name="ownerUserId">Its owner; null for <c>owner-of-{id}</c>.</param>
    /// <returns>The tenant, not stored yet.</returns>
    public static Tenant Tenant(string id, string? name = null, string? ownerUserId = null) => new()
    {
        Id = id,
        Name = name ?? "name-of-" + id,
        OwnerUserId = ownerUserId ?? "owner-of-" + id,
        TemplateName = "template-of-" + id,
        TemplateVersion = 3,
        Generation = 5,
        RestartEpoch = 7,
        Resources = new ResourceLimits(1100, 1200L << 20, 1300L << 30),
        Replicas = 2,
        Labels = new Dictionary<string, string> { ["plan"] = "gold", ["città"] = "München 🏙" },
        CreatedAt = Moment,
    };

    /// <summary>What was observed of a tenant.</summary>
    /// <param name="tenantId">The tenant.</param>
    /// <param name="phase">Its phase.</param>
    /// <returns>The status, not stored yet.</returns>
    public static TenantStatus Status(string tenantId, TenantPhase phase = TenantPhase.Degraded) => new()
    {
        TenantId = tenantId,
        Phase = phase,
        Reason = StatusReasons.CrashLoop,
        Message = "message of " + tenantId,
        ObservedGeneration = 4,
        AppliedGeneration = 5,
        ConsecutiveFailures = 6,
        RetryAt = Moment.AddSeconds(1),
        ChangedAt = Moment.AddSeconds(2),
        LastAccessAt = Moment.AddSeconds(3),
        Provisioned = true,
    };

    /// <summary>A ready instance.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="tenantId">Its tenant.</param>
    /// <returns>The instance, not stored yet.</returns>
    public static Instance Instance(string id, string tenantId) => new()
    {
        Id = id,
        TenantId = tenantId,
        State = InstanceState.Ready,
        Claim = InstanceClaim.Draining,
        Endpoint = "127.0.0.1:5083",
        Reason = StatusReasons.Idle,
        RestartEpoch = 8,
        CreatedAt = Moment.AddSeconds(4),
        StartedAt = Moment.AddSeconds(5),
        ExitCode = 137,
    };

    /// <summary>An intent.</summary>
    /// <param name="tenantId">The tenant.</param>
    /// <param name="kind">What kind of object.</param>
    /// <returns>The entry, not stored yet.</returns>
    public static LedgerEntry Ledger(string tenantId, LedgerKind kind = LedgerKind.Compute) => new()
    {
        TenantId = tenantId,
        Kind = kind,
        Name = $"{kind}-of-{tenantId}",
        CreatedAt = Moment.AddSeconds(6),
    };

    /// <summary>A living user.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="userName">Its name; null for <c>User.{id}</c>.</param>
    /// <param name="tenantId">Its tenant; null for staff.</param>
    /// <returns>The user, not stored yet.</returns>
    public static User User(string id, string? userName = null, string? tenantId = null) => new()
    {
        Id = id,
        UserName = userName ?? "User." + id,
        NormalizedUserName = (userName ?? "User." + id).ToUpperInvariant(),
        Email = id + "@example.org",
        Role = UserRole.Operator,
        TenantId = tenantId,
        PasswordHash = "hash-of-" + id,
        SecurityStamp = "stamp-of-" + id,
        Disabled = true,
        AccessFailedCount = 9,
        LockoutEnd = Moment.AddSeconds(7),
        CreatedAt = Moment.AddSeconds(8),
        UpdatedAt = Moment.AddSeconds(9),
    };

    /// <summary>A session.</summary>
    /// <param name="hash">The hash of its secret.</param>
    /// <param name="userId">Its user.</param>
    /// <returns>The session, not stored yet.</returns>
    public static RefreshToken RefreshToken(string hash, string userId) => new()
    {
        Hash = hash,
        UserId = userId,
        SecurityStamp = "stamp-of-" + userId,
        CreatedAt = Moment.AddSeconds(10),
        ExpiresAt = Moment.AddSeconds(11),
    };

    /// <summary>A revocation.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="userId">Its user.</param>
    /// <returns>The revocation, not stored yet.</returns>
    public static Revocation Revocation(string id, string userId) => new()
    {
        Id = id,
        UserId = userId,
        ValidStamp = "stamp-hash-of-" + userId,
        CreatedAt = Moment.AddSeconds(20),
        ExpiresAt = Moment.AddSeconds(21),
    };

    /// <summary>A version of a template.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="version">The version.</param>
    /// <returns>The version, not stored yet.</returns>
    public static Template Template(string name, int version = 1) => new()
    {
        Name = name,
        Version = version,
        Image = "image-of-" + name,
        ImageDigest = "sha256:digest-of-" + name,
        Command = ["run", "--name", "with space", ""],
        Environment = new Dictionary<string, string> { ["EMPTY"] = "", ["QUOTES"] = "\"'\\" },
        Port = 8081,
        Resources = new ResourceLimits(1400, 1500L << 20, 1600L << 30),
        Database = DatabaseMode.Dedicated,
        MinReplicas = 2,
        MaxReplicas = 6,
        Autoscale = new AutoscaleSettings { TargetInFlight = 7.5, StableWindow = TimeSpan.FromSeconds(31), PanicWindowShare = 0.25, PanicThreshold = 3, ScaleDownDelay = TimeSpan.FromSeconds(41) },
        IdleTimeout = TimeSpan.FromTicks(123_456_789),
        WakeOnRequest = false,
        Probe = new ProbeSettings { Kind = ProbeKind.Tcp, Path = "/up", Interval = TimeSpan.FromSeconds(7), FailureThreshold = 11 },
        LoadBalancing = "round_robin",
        AnonymousPaths = ["/public", "/assets"],
        Http = new HttpSettings { Protocol = AppProtocol.Http2, AllowEncodedSlash = true, AllowBodyOnGet = true, IdempotentPosts = ["/search", "/rpc/**"] },
        CreatedAt = Moment.AddSeconds(12),
    };

    /// <summary>An open operation with one step.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="tenantId">Its tenant.</param>
    /// <returns>The operation, not stored yet.</returns>
    public static Operation Operation(string id, string tenantId) => new()
    {
        Id = id,
        Kind = OperationKinds.Restart,
        TenantId = tenantId,
        UserId = "user-of-" + id,
        Actor = "actor-of-" + id,
        State = OperationState.Running,
        TargetGeneration = 12,
        Steps = [new OperationStep("start_unit", OperationState.Failed, Moment.AddSeconds(13), Moment.AddSeconds(14), "step of " + id)],
        ErrorCode = "code-of-" + id,
        ErrorMessage = "message of " + id,
        CreatedAt = Moment.AddSeconds(15),
    };

    /// <summary>A remembered answer.</summary>
    /// <param name="key">Its key.</param>
    /// <returns>The answer, not stored yet.</returns>
    public static IdempotencyRecord Idempotency(string key) => new()
    {
        Key = key,
        RequestHash = "request-of-" + key,
        StatusCode = 201,
        Body = "{\"key\":\"" + key + "\"}",
        Location = "/at/" + key,
        CreatedAt = Moment.AddSeconds(16),
    };

    /// <summary>A lease that is held.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="token">Its fencing token.</param>
    /// <returns>The lease, not stored yet.</returns>
    public static Lease Lease(string name, long token = 18) => new()
    {
        Name = name,
        Holder = "holder-of-" + name,
        Token = token,
        RenewedAt = Moment.AddSeconds(19),
    };

    /// <summary>An audit row.</summary>
    /// <param name="id">Its id.</param>
    /// <returns>The row.</returns>
    public static AuditEntry Audit(string id) => new()
    {
        Id = id,
        At = Moment.AddSeconds(17),
        Actor = "actor-of-" + id,
        ActorName = "name of " + id,
        Action = "tenant.create",
        Target = "tenant/of-" + id,
        Outcome = AuditOutcome.Denied,
        Detail = "detail of " + id,
        RequestId = "request-of-" + id,
    };
}
