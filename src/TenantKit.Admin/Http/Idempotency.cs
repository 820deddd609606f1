using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using TenantKit.Storage;

namespace TenantKit.Admin.Http;

/// <summary>Gives the first answer again to a repeated <c>Idempotency-Key</c>.</summary>
/// <remarks>
/// Two ways. <see cref="RunAsync"/>: the action commits the ticket's record itself, together with its change. <see cref="RunReservedAsync"/>:
/// a reservation is committed first and replaced by the answer afterwards, for actions whose commit belongs to somebody else;
/// a reservation that a crash left behind is taken over after <see cref="ReservationLifetime"/>.
/// </remarks>
internal sealed class Idempotency(IOperationReader reader, IChangeWriter writer, TimeProvider time)
{
    private const int MaxKeyLength = 200;
    private static readonly TimeSpan ReservationLifetime = TimeSpan.FromMinutes(6); // longer than the longest wait that is granted
    private readonly ConcurrentDictionary<string, bool> inProgress = new(StringComparer.Ordinal);

    public async Task<IResult> RunAsync(HttpContext context, string bodyHash, Func<IdempotencyTicket?, Task<ApiAnswer>> action)
    {
        if (ReadTicket(context, bodyHash) is not { } ticket)
        {
            return await action(null).ConfigureAwait(false);
        }

        if (!inProgress.TryAdd(ticket.Key, true))
        {
            throw InProgress();
        }

        try
        {
            if (await reader.FindIdempotencyRecordAsync(ticket.Key, context.RequestAborted).ConfigureAwait(false) is { } known && !IsAbandoned(known))
            {
                return Replay(context, ticket, known);
            }

            return await action(ticket).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is RevisionConflictException or NameTakenException or ApiException { Status: 409 })
        {
            // Another replica may have answered the same key in between; then its answer counts.
            if (await reader.FindIdempotencyRecordAsync(ticket.Key, context.RequestAborted).ConfigureAwait(false) is { } known)
            {
                return Replay(context, ticket, known);
            }

            throw;
        }
        finally
        {
            inProgress.TryRemove(ticket.Key, out _);
        }
    }

    public Task<IResult> RunReservedAsync(HttpContext context, string bodyHash, Func<Task<ApiAnswer>> action) =>
        RunAsync(context, bodyHash, async ticket =>
        {
            if (ticket is null)
            {
                return await action().ConfigureAwait(false);
            }

            await ReserveAsync(ticket, context.RequestAborted).ConfigureAwait(false);
            try
            {
                var answer = await action().ConfigureAwait(false);
                await FinishAsync(ticket, answer).ConfigureAwait(false);
                return answer;
            }
            catch
            {
                await FinishAsync(ticket, null).ConfigureAwait(false); // nothing was done: the key is free again
                throw;
            }
        });

    private async Task ReserveAsync(IdempotencyTicket ticket, CancellationToken cancellationToken)
    {
        var stale = await reader.FindIdempotencyRecordAsync(ticket.Key, cancellationToken).ConfigureAwait(false);
        await writer.CommitAsync(new ChangeSet().Put(ticket.ToReservation(time.GetUtcNow(), stale?.Revision ?? 0)), cancellationToken).ConfigureAwait(false);
    }

    private async Task FinishAsync(IdempotencyTicket ticket, ApiAnswer? answer)
    {
        // Not cancelled with the request: the action is done, its answer must be kept.
        if (await reader.FindIdempotencyRecordAsync(ticket.Key, CancellationToken.None).ConfigureAwait(false) is not { } reservation)
        {
            return;
        }

        var changes = new ChangeSet();
        _ = answer is null ? changes.Delete(reservation) : changes.Put(ticket.ToRecord(answer, time.GetUtcNow(), reservation.Revision));
        await writer.CommitAsync(changes, CancellationToken.None).ConfigureAwait(false);
    }

    private bool IsAbandoned(IdempotencyRecord record) => record.StatusCode == 0 && time.GetUtcNow() - record.CreatedAt > ReservationLifetime;

    private RememberedAnswer Replay(HttpContext context, IdempotencyTicket ticket, IdempotencyRecord record)
    {
        if (!string.Equals(record.RequestHash, ticket.RequestHash, StringComparison.Ordinal))
        {
            throw new ApiException(422, "idempotency_mismatch", "This Idempotency-Key was used with another body. Use a new key for a new request.");
        }

        if (record.StatusCode == 0)
        {
            throw InProgress();
        }

        context.Response.Headers["Idempotency-Replayed"] = "true";
        return new RememberedAnswer(record);
    }

    private static IdempotencyTicket? ReadTicket(HttpContext context, string bodyHash)
    {
        var header = context.Request.Headers["Idempotency-Key"];
        if (header.Count == 0)
        {
            return null;
        }

        var key = header.ToString().Trim();
        if (key.Length is 0 or > MaxKeyLength || header.Count > 1 || key.Any(static letter => letter is < ' ' or > '~'))
        {
            throw new ApiException(400, "idempotency_key_invalid", "An Idempotency-Key has 1 to 200 printable ASCII characters.");
        }

        var text = $"{RequestActor.Of(context).Id}/{context.Request.Method} {context.Request.Path}/{key}";
        return new IdempotencyTicket(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))), bodyHash);
    }

    private static ApiException InProgress() =>
        new(409, "idempotency_in_progress", "A request with this Idempotency-Key is being carried out. Repeat it later to get its answer.", retryAfter: TimeSpan.FromSeconds(1));
}
