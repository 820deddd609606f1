using System.Runtime.InteropServices;

namespace TenantKit.Diagnostics;

// Compiled into two packages, so its comments are none of the documentation's: there they would count as the same member twice.
// Puts a file that was written aside in its place, unless another one is there: of several processes that do so at once, one wins.
internal static class NewFile
{
    private const int Exists = 17; // EEXIST, on Linux and macOS alike

    // Moves the draft to its path, or removes it when the path is taken.
    // File.Move looks first and renames then, and so the second one replaces what the first may have read already; a link is refused.
    // IOException: It cannot be moved.
    public static void Place(string draft, string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Move(draft, path);
            return;
        }

        if (link(draft, path) == 0 || Marshal.GetLastPInvokeError() == Exists)
        {
            File.Delete(draft);
            return;
        }

        Move(draft, path); // a file system without links
    }

    private static void Move(string draft, string path)
    {
        try
        {
            File.Move(draft, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(draft);
        }
    }

#pragma warning disable SYSLIB1054, CA2101 // the generated marshaller needs unsafe code for nothing here
    [DllImport("libc", SetLastError = true)]
    private static extern int link([MarshalAs(UnmanagedType.LPUTF8Str)] string existing, [MarshalAs(UnmanagedType.LPUTF8Str)] string path);
#pragma warning restore SYSLIB1054, CA2101
}
