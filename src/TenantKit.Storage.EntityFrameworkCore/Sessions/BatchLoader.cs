using System.Collections.Concurrent;

namespace TenantKit.Storage.EntityFrameworkCore.Sessions;

/// <summary>Reads the records that are asked for while a read is under way with the next one, in one round trip.</summary>
/// <remarks>
/// Who asks alone is answered at once; where many ask, a read is shared, as commits share one: those who ask while one is under way share the next.
/// A read begins after everybody it is for has asked, so it shows each at least what was committed by then. The pattern is known as "DataLoader"
/// (Facebook, 2010). Thread-safe.
/// </remarks>
internal sealed class BatchLoader<T>(SessionPool sessions, TimeProvider time, Func<StoreSession, IReadOnlyList<string>, CancellationToken, Task<Dictionary<string, T>>> read)
    where T : class
{
    private const int MaxBatch = 64;

    /// <summary>Reads at a time: one, and others beside it when that one takes long, so that a session that hangs does not hold up everybody.</summary>
    private const int MaxReads = 4;

    private static readonly TimeSpan Long = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentQueue<Question> queue = new();
    private int reads;

    /// <summary>The record of a key; null when there is none.</summary>
    /// <exception cref="StoreUnavailableException">The database cannot serve.</exception>
    public Task<T?> LoadAsync(string key, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<T?>(cancellationToken);
        }

        var question = new Question(key, cancellationToken);
        queue.Enqueue(question);
        if (TryEnter(most: 1))
        {
            _ = ReadAsync();
        }
        else
        {
            _ = HelpAsync(question);
        }

        return question.Answer.Task.WaitAsync(cancellationToken);
    }

    /// <summary>The records of several keys, in their order, in as few round trips as there are batches of them. What is not there is left out.</summary>
    /// <exception cref="StoreUnavailableException">The database cannot serve.</exception>
    public async Task<IReadOnlyList<T>> LoadAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        var records = new List<T>(keys.Count);
        foreach (var some in keys.Chunk(MaxBatch))
        {
            var found = await sessions.UseAsync((session, stop) => read(session, some, stop), cancellationToken).ConfigureAwait(false);
            records.AddRange(some.Select(found.GetValueOrDefault).OfType<T>());
        }

        return records;
    }

    /// <summary>Reads beside the one that is under way if that does not come to this question soon.</summary>
    private async Task HelpAsync(Question question)
    {
        await ((Task)question.Answer.Task).WaitAsync(Long, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!question.Answer.Task.IsCompleted && TryEnter(MaxReads))
        {
            await ReadAsync().ConfigureAwait(false);
        }
    }

    private async Task ReadAsync()
    {
        await Task.Yield(); // so that those who ask in the same breath are with it
        var batch = new List<Question>();
        do
        {
            while (Take(batch))
            {
                await AnswerAsync(batch).ConfigureAwait(false);
            }

            Interlocked.Decrement(ref reads);
        }
        while (!queue.IsEmpty && TryEnter(most: 1));
    }

    private async Task AnswerAsync(List<Question> batch)
    {
        try
        {
            var keys = batch.Select(static question => question.Key).Distinct(StringComparer.Ordinal).ToList();
            // Whoever gives up waits no more; the others want their answer, and a read that hangs has the time-out of its command.
            var found = await sessions.UseAsync((session, stop) => read(session, keys, stop), CancellationToken.None).ConfigureAwait(false);
            batch.ForEach(question => question.Answer.TrySetResult(found.GetValueOrDefault(question.Key)));
        }
        catch (Exception exception)
        {
            batch.ForEach(question => question.Answer.TrySetException(exception));
        }
    }

    private bool Take(List<Question> batch)
    {
        batch.Clear();
        while (batch.Count < MaxBatch && queue.TryDequeue(out var question))
        {
            if (!question.CancellationToken.IsCancellationRequested)
            {
                batch.Add(question);
            }
        }

        return batch.Count > 0;
    }

    private bool TryEnter(int most)
    {
        for (var current = Volatile.Read(ref reads); current < most; current = Volatile.Read(ref reads))
        {
            if (Interlocked.CompareExchange(ref reads, current + 1, current) == current)
            {
                return true;
            }
        }

        return false;
    }

    private sealed record Question(string Key, CancellationToken CancellationToken)
    {
        public TaskCompletionSource<T?> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
