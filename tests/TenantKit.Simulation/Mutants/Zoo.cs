namespace TenantKit.Simulation.Mutants;

/// <summary>All mutants; each is made anew for each run.</summary>
internal static class Zoo
{
    public static IReadOnlyList<Func<Mutant>> All { get; } =
    [
        static () => new ChangeWithoutAudit(),
        static () => new CrashNotCounted(),
        static () => new DataNeverRemoved(),
        static () => new DataRemovedWithUnit(),
        static () => new DrainIgnored(),
        static () => new DrainMarkIgnored(),
        static () => new DrainNotRecorded(),
        static () => new EffectBeforeIntent(),
        static () => new EmptyTableTrusted(),
        static () => new EverybodyMayEnter(),
        static () => new GatewaysForgottenAtOnce(),
        static () => new IdleCutsOff(),
        static () => new LeaseTrustedForEver(),
        static () => new LeaseWithoutToken(),
        static () => new LedgerForgotten(),
        static () => new LostWakeUp(),
        static () => new NeverGivesUpStart(),
        static () => new NoBackOff(),
        static () => new ObservedTooEarly(),
        static () => new OneInstanceMore(),
        static () => new OperationLeftOpen(),
        static () => new ProofSkipped(),
        static () => new ReportAheadOfTable(),
        static () => new ReportWithoutAccess(),
        static () => new ReportWithoutForwards(),
        static () => new RestartForgotten(),
        static () => new RetentionSkipped(),
        static () => new RouteNeverRemoved(),
        static () => new StartLimitIgnored(),
        static () => new StoreWithoutFence(),
        static () => new SuspendedStaysUp(),
        static () => new TimeOutIsFailure(),
        static () => new WriteRepeated(),
    ];

    /// <summary>The mutant of a name.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists those there are.</exception>
    public static Func<Mutant> Find(string name) => All.FirstOrDefault(make => make().Name == name)
        ?? throw new ArgumentException($"There is no mutant '{name}'. There are: {string.Join(", ", All.Select(static make => make().Name))}.");
}
