namespace TenantKit.Simulation.Faults;

/// <summary>What can go wrong. Each has a switch and a rate of its own in every run.</summary>
internal enum FaultKind
{
    ReplicaCrash,
    ReplicaFreeze,
    ReplicaRollingRestart,
    GatewayCrash,
    GatewayFreeze,
    RuntimeErrorBefore,
    RuntimeAnswerLost,
    RuntimeSlow,
    RuntimeConflict,
    RuntimeDiskFull,
    RuntimeWithoutFencing,
    WatchEnds,
    WatchStalls,
    WatchDuplicates,
    ListEndsEarly,
    StoreErrorBefore,
    StoreCommitAnswerLost,
    StoreConflict,
    StorePause,
    StoreSlow,
    NetworkLoss,
    NetworkDelay,
    NetworkPartition,
    AppSlowStart,
    AppNeverReady,
    AppCrash,
    AppHang,
    AppErrors,
    AppExitsWhileStopping,
    AddressReuse,
    ClockSkew,
    ClockJump,
    ClockDrift,
    ClientGivesUp,

    /// <summary>A start has its effect long after its caller gave up, when the tenant is asleep or gone; only a runtime that fences can refuse it.</summary>
    RuntimeLate,

    /// <summary>An answer that goes on for minutes.</summary>
    AppStreams,
}
