using TenantKit.Control;

namespace TenantKit.Gateway.Routing;

/// <summary>The first record of a snapshot.</summary>
internal sealed record SnapshotHead(int Count, long Revision, string? Epoch, DateTimeOffset WrittenAt, AccessTokenKeys? Keys);
