namespace TenantKit.Docker.Engine;

/// <summary>What a unit's instances find around them.</summary>
/// <param name="Network">Their network. It may be on its way: who starts an instance waits for it.</param>
/// <param name="HasInit">True when the engine can put its init in front of them.</param>
/// <param name="DatabaseId">The container of their database; null for none.</param>
internal sealed record UnitSurroundings(UnitNetwork Network, bool HasInit, string? DatabaseId);
