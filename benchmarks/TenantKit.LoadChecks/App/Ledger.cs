using System.Text;

namespace TenantKit.LoadChecks.App;

/// <summary>One file per instance with a line for each request that came. What is written is with the system: it outlives <c>kill -9</c>.</summary>
internal sealed class Ledger(string folder, string instance) : IDisposable
{
    public const string Pattern = "ledger-*.log";

    private readonly Lock gate = new();
    private readonly FileStream file = new(Path.Combine(folder, $"ledger-{instance}.log"), FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);

    public void Came(string number)
    {
        lock (gate)
        {
            file.Write(Encoding.ASCII.GetBytes(number + "\n"));
        }
    }

    /// <summary>How often each request came, over all instances that wrote below a folder.</summary>
    public static Dictionary<int, int> Read(string folder)
    {
        var deliveries = new Dictionary<int, int>();
        foreach (var path in Directory.EnumerateFiles(folder, Pattern, SearchOption.AllDirectories))
        {
            foreach (var line in File.ReadLines(path))
            {
                if (int.TryParse(line, out var number))
                {
                    deliveries[number] = deliveries.GetValueOrDefault(number) + 1;
                }
            }
        }

        return deliveries;
    }

    public void Dispose() => file.Dispose();
}
