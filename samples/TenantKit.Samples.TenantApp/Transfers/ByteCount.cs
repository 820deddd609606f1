namespace TenantKit.Samples.TenantApp.Transfers;

/// <summary>What came up.</summary>
internal sealed record ByteCount(long Bytes, string Sha256);
