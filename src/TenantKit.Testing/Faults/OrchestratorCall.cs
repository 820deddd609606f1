namespace TenantKit.Testing.Faults;

/// <summary>The calls of an orchestrator that can be made to fail.</summary>
public enum OrchestratorCall
{
    /// <summary>An image is looked up.</summary>
    ResolveImage,

    /// <summary>A unit is ensured.</summary>
    Ensure,

    /// <summary>A unit is put to sleep.</summary>
    Sleep,

    /// <summary>A unit is deleted.</summary>
    Delete,

    /// <summary>A unit is observed.</summary>
    Observe,

    /// <summary>Units are listed.</summary>
    List,

    /// <summary>Usage is read.</summary>
    ReadUsage,

    /// <summary>A command is run.</summary>
    RunCommand,
}
