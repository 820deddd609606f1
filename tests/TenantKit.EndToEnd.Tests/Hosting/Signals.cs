using System.Runtime.InteropServices;

namespace TenantKit.EndToEnd.Tests.Hosting;

/// <summary>Sends signals to processes.</summary>
internal static class Signals
{
    private const int SigKill = 9;
    private const int SigTerm = 15;

    public static void Kill(int id) => _ = Send(id, SigKill);

    public static void Terminate(int id) => _ = Send(id, SigTerm);

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Send(int id, int signal);
}
