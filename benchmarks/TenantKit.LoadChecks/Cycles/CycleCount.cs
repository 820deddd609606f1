using System.Diagnostics;
using TenantKit.LoadChecks.Load;

namespace TenantKit.LoadChecks.Cycles;

/// <summary>How many cycles there were, and how requests were answered in them.</summary>
internal sealed class CycleCount(int target, TimeSpan longest)
{
    private readonly Stopwatch watch = Stopwatch.StartNew();
    private int cycles;
    private int answered;

    /// <summary>True when there were as many as asked for, or the time is over.</summary>
    public bool IsReached => Volatile.Read(ref cycles) >= target || watch.Elapsed > longest;

    public int Cycles => Volatile.Read(ref cycles);

    public int Answers => Volatile.Read(ref answered);

    public Tally Refusals { get; } = new();

    public Tally Failures { get; } = new();

    public void Answered(bool byNewInstance)
    {
        Interlocked.Increment(ref answered);
        if (byNewInstance)
        {
            Interlocked.Increment(ref cycles);
        }
    }

    public void Refused(string how) => Refusals.Add(how);

    public void Failed(string how) => Failures.Add(how);
}
