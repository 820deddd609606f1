using Docker.DotNet.Models;
using TenantKit.Tenants;

namespace TenantKit.Docker.Swarm;

/// <summary>Says in TenantKit's words what the swarm tells of a task: one table, tested row by row.</summary>
internal static class TaskReasons
{
    private const int LongestMessage = 512;

    private static readonly (string Words, string Reason)[] Table =
    [
        ("no such image", StatusReasons.ImageNotFound),
        ("manifest unknown", StatusReasons.ImageNotFound),
        ("pull access denied", StatusReasons.ImageNotFound),
        ("no suitable node", StatusReasons.Unschedulable),
        ("executable file not found", StatusReasons.CommandNotFound),
        ("no such file or directory", StatusReasons.CommandNotFound),
        ("permission denied", StatusReasons.CommandNotFound),
        ("exec format error", StatusReasons.CommandNotFound),
        ("non-zero exit (126)", StatusReasons.CommandNotFound),
        ("non-zero exit (127)", StatusReasons.CommandNotFound),
        ("no space left", StatusReasons.CapacityExhausted),
        ("port is already allocated", StatusReasons.CapacityExhausted),
        ("cannot allocate memory", StatusReasons.CapacityExhausted),
    ];

    public static (string Reason, string? Message) Of(TaskState? state, string? error)
    {
        foreach (var (words, reason) in Table)
        {
            if (error?.Contains(words, StringComparison.OrdinalIgnoreCase) == true)
            {
                return (reason, Say(error));
            }
        }

        return state switch
        {
            TaskState.Rejected => (StatusReasons.Rejected, Say(error) ?? "Its node refused it."),
            TaskState.Orphaned => (StatusReasons.NodeLost, Say(error) ?? "Its node does not answer."),
            _ => (StatusReasons.None, Say(error)),
        };
    }

    private static string? Say(string? text) => text is { Length: > LongestMessage } ? text[..LongestMessage] + "…" : text is { Length: > 0 } ? text : null;
}
