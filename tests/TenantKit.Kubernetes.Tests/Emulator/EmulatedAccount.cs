namespace TenantKit.Kubernetes.Tests.Emulator;

/// <summary>An account of the emulated database server.</summary>
internal sealed record EmulatedAccount(string Password, string Tls, int MaxConnections, HashSet<string> Grants);
