namespace TenantKit.Orchestration.Processes;

/// <summary>One instance in the host's table: its record, replaced whole at each change, and what only this host knows of it.</summary>
internal sealed class ProcessInstance(ProcessUnit unit, InstanceRecord record)
{
    private readonly TaskCompletionSource gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int ended;

    public ProcessUnit Unit { get; } = unit;

    public volatile InstanceRecord Record = record;

    public string Id => Record.Id;

    public InstanceLog Log { get; } = new(unit.Folder.Logs, record.Id);

    /// <summary>True for the child of an earlier host: its end is seen by looking, not by waiting.</summary>
    public bool IsAdopted { get; init; }

    /// <summary>Completes when nothing of it runs any more.</summary>
    public Task Gone => gone.Task;

    public bool IsGone => gone.Task.IsCompleted;

    public bool IsStopping => Record.StopGrace is not null;

    /// <summary>CPU ticks at the reading before, and when that was.</summary>
    public (long Ticks, long Timestamp)? LastCpu { get; set; }

    public bool IsAlive => !IsGone && Record.Pid > 0 && ProcessTable.IsAlive(Record.Pid, Record.StartTicks);

    /// <summary>True for the one caller that gets to handle the end.</summary>
    public bool TryEnd() => Interlocked.Exchange(ref ended, 1) == 0;

    public void SetGone() => gone.TrySetResult();

    public InstanceObservation Observe(string? fingerprint)
    {
        var current = Record;
        return new InstanceObservation
        {
            Id = current.Id,
            State = this switch
            {
                { IsGone: true } => RuntimeState.Exited,
                { IsStopping: true } => RuntimeState.Stopping,
                { Record.Pid: 0 } => RuntimeState.Creating,
                // Ended a moment ago: what is left of its session is being removed.
                { IsAlive: false } => RuntimeState.Stopping,
                _ => RuntimeState.Running,
            },
            Endpoint = $"127.0.0.1:{current.Port}",
            RestartEpoch = current.RestartEpoch,
            IsCurrent = fingerprint is null || current.Fingerprint == fingerprint,
            CreatedAt = current.CreatedAt,
            StartedAt = current.StartedAt,
            ExitedAt = current.ExitedAt,
            ExitCode = current.ExitCode,
        };
    }
}
