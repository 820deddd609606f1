namespace TenantKit.Docker.Engine;

/// <summary>Where a container stands for the engine.</summary>
internal enum ContainerState
{
    /// <summary>Made, and not started.</summary>
    New,

    /// <summary>The engine is about to start it by itself, as a swarm does.</summary>
    Starting,

    /// <summary>It runs, frozen or not.</summary>
    Running,

    /// <summary>The engine is about to end it by itself, as a swarm does once the service is gone.</summary>
    Leaving,

    /// <summary>It ended, or will never start.</summary>
    Ended,
}
