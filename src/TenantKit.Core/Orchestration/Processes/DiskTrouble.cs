using System.ComponentModel;
using TenantKit.Tenants;

namespace TenantKit.Orchestration.Processes;

/// <summary>Says what an operating system's error means for a tenant, and what to do about it.</summary>
internal static class DiskTrouble
{
    public static bool IsOne(Exception exception) => exception is IOException or UnauthorizedAccessException or Win32Exception;

    public static OrchestratorException Explain(string what, string folder, Exception exception)
    {
        var (reason, advice) = Code(exception) switch
        {
            28 or 122 => (StatusReasons.CapacityExhausted, $"The disk of '{folder}' is full. Free space, or set TenantKit:DataDirectory to a larger one."),
            30 => (StatusReasons.CapacityExhausted, $"'{folder}' is read-only. Mount it writable, or set TenantKit:DataDirectory to a folder that is."),
            1 or 13 => (StatusReasons.OrchestratorUnavailable, $"The host's user may not write to '{folder}'. Give it the right to, or set TenantKit:DataDirectory to a folder of its own."),
            11 or 12 => (StatusReasons.CapacityExhausted, "The machine is out of processes or memory. Stop something, or raise the limits (ulimit -u)."),
            23 or 24 => (StatusReasons.CapacityExhausted, "The host is out of file descriptors. Raise the limit (ulimit -n)."),
            _ => (StatusReasons.OrchestratorUnavailable, $"It is tried again. Look at '{folder}' if it stays."),
        };
        return new OrchestratorException(reason, $"{what} failed: {exception.Message} {advice}", isTransient: true, exception);
    }

    private static int Code(Exception exception) => exception switch
    {
        Win32Exception native => native.NativeErrorCode,
        UnauthorizedAccessException => 13,
        _ => exception.HResult & 0xFFFF,
    };
}
