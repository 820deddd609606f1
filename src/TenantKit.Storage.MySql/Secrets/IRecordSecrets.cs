using TenantKit.Templates;

namespace TenantKit.Storage.MySql.Secrets;

/// <summary>Keeps what records hold that is secret from whoever reads the database.</summary>
internal interface IRecordSecrets
{
    /// <summary>The record as it is written.</summary>
    IStoreRecord Hide(IStoreRecord record);

    /// <summary>A template as it was before it was hidden; one that was written in plain text stays as it is.</summary>
    Template? Reveal(Template? template);

    /// <summary>An answer as it was before it was hidden; one that was written in plain text stays as it is.</summary>
    IdempotencyRecord? Reveal(IdempotencyRecord? answer);
}
