namespace TenantKit.Reconciliation.Planning;

/// <summary>The one external effect that a pass may have.</summary>
internal enum EffectKind
{
    None,

    /// <summary>Create or converge the unit.</summary>
    Ensure,

    /// <summary>End the unit's compute, keep its data.</summary>
    Sleep,

    /// <summary>End the unit's compute and keep its data for the time of retention.</summary>
    DeleteCompute,

    /// <summary>End the unit's compute and remove its data.</summary>
    DeleteAll,
}
