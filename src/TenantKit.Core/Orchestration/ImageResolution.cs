namespace TenantKit.Orchestration;

/// <summary>Whether an image can be started.</summary>
/// <param name="Found">True when it can.</param>
/// <param name="Digest">Its digest, where the runtime can tell.</param>
/// <param name="Problem">What is wrong and what to do; null when nothing is.</param>
public sealed record ImageResolution(bool Found, string? Digest, string? Problem);
