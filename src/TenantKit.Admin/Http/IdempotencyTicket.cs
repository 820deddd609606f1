using System.Text.Json;
using TenantKit.Storage;

namespace TenantKit.Admin.Http;

/// <summary>A request that carried a key which was not answered before.</summary>
/// <param name="Key">The record's key.</param>
/// <param name="RequestHash">Hash of the body.</param>
internal sealed record IdempotencyTicket(string Key, string RequestHash)
{
    /// <summary>The record of an answer. Committed together with the change where the change is ours to commit.</summary>
    public IdempotencyRecord ToRecord(ApiAnswer answer, DateTimeOffset now, long revision = 0) => new()
    {
        Key = Key,
        RequestHash = RequestHash,
        StatusCode = answer.StatusCode,
        Body = answer.Body is null ? "" : JsonSerializer.Serialize(answer.Body, answer.Body.GetType(), AdminJson.Options),
        Location = answer.Location,
        CreatedAt = now,
        Revision = revision,
    };

    /// <summary>The record that says that the answer is still being made.</summary>
    public IdempotencyRecord ToReservation(DateTimeOffset now, long revision = 0) => ToRecord(new ApiAnswer(0, null), now, revision);
}
