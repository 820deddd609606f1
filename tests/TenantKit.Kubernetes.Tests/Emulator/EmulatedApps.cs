namespace TenantKit.Kubernetes.Tests.Emulator;

/// <summary>What the emulated apps do, by the first word of their command.</summary>
internal static class EmulatedApps
{
    public const string Idle = "idle";
    public const string Deaf = "deaf";
    public const string ExitsWithSeven = "exit-7";
    public const string Talks = "talks";
    public const string Counts = "counts";
    public const string Ticks = "ticks";
    public const string Hello = "hello";
    public const string Greedy = "greedy";
    public const string Burns = "burns";
    public const string Forks = "forks";
    public const string ManyLines = "lines";
    public const string Count = "count";
    public const string Connect = "connect";
    public const string Missing = "no-such-command";
}
