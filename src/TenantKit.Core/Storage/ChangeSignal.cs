using TenantKit.Diagnostics;

namespace TenantKit.Storage;

/// <summary>Wakes those who wait for changes, for stores whose writers are all in this process.</summary>
/// <remarks>
/// Thread-safe, without polling. No wake-up is lost: whether to wait is decided under the same lock that an announcement takes.
/// Announcements may come out of order; the newest revision counts.
/// </remarks>
public sealed class ChangeSignal
{
    private readonly Lock gate = new();
    private Latch next = new();
    private long newest;

    /// <summary>Tells that the change with this revision can be read now.</summary>
    /// <param name="revision">Its revision.</param>
    public void Announce(long revision)
    {
        Latch waiting;
        lock (gate)
        {
            if (revision <= newest)
            {
                return;
            }

            newest = revision;
            waiting = next;
            next = new Latch();
        }

        waiting.Open();
    }

    /// <summary>Completes once a revision greater than the one named was announced.</summary>
    /// <param name="afterRevision">The revision already seen.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that completes on a newer revision.</returns>
    public async Task WaitAsync(long afterRevision, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        while (true)
        {
            Latch announced;
            lock (gate)
            {
                if (newest > afterRevision)
                {
                    return;
                }

                announced = next;
            }

            await announced.WaitAsync(cancellationToken);
        }
    }
}
