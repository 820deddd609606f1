namespace TenantKit.Docker.Engine;

/// <summary>What one container gets beside the unit's specification.</summary>
/// <param name="Installation">Whose it is.</param>
/// <param name="Operation">The operation that makes it.</param>
/// <param name="InstanceId">Its id for ever.</param>
/// <param name="Slot">Its place among the unit's instances.</param>
/// <param name="Image">Its image.</param>
/// <param name="HostAddress">Where it finds the engine's machine; null where it cannot.</param>
/// <param name="HasInit">True when the engine puts its init in front of it.</param>
internal sealed record InstancePlan(string Installation, string Operation, string InstanceId, int Slot, ResolvedImage Image, string? HostAddress, bool HasInit);
