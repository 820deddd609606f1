using System.Runtime.InteropServices;

namespace TenantKit.LoadChecks.Hosting;

/// <summary>Sends signals to processes.</summary>
internal static class Signals
{
    public static void Kill(int id) => _ = Send(id, 9);

    public static void Terminate(int id) => _ = Send(id, 15);

    public static void Continue(int id) => _ = Send(id, 18);

    public static void Freeze(int id) => _ = Send(id, 19);

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Send(int id, int signal);
}
