using System.Runtime.InteropServices;

namespace TenantKit.Orchestration.Processes;

/// <summary>What .NET has no call for.</summary>
internal static class Signals
{
    public const int Terminate = 15;
    public const int Kill = 9;
    private const int ExecuteAllowed = 1;

    /// <summary>Signals one process; one that is gone is no error.</summary>
    public static void Send(int pid, int signal)
    {
        // 0, 1 and negative numbers mean groups, init or everybody: a damaged record must never reach them.
        if (pid > 1)
        {
            _ = kill(pid, signal);
        }
    }

    /// <summary>Signals a process group.</summary>
    public static void SendToGroup(int leader, int signal)
    {
        if (leader > 1)
        {
            _ = kill(-leader, signal);
        }
    }

    /// <summary>True when this process may execute the file.</summary>
    public static bool MayExecute(string path) => access(path, ExecuteAllowed) == 0;

#pragma warning disable SYSLIB1054, CA2101 // the generated marshaller needs unsafe code for nothing here
    [DllImport("libc")]
    private static extern int kill(int pid, int signal);

    [DllImport("libc")]
    private static extern int access([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int mode);
#pragma warning restore SYSLIB1054, CA2101
}
