namespace TenantKit.Storage;

/// <summary>One write of a <see cref="ChangeSet"/>.</summary>
/// <param name="Record">The record.</param>
/// <param name="IsDelete">True to delete it, false to insert or replace it.</param>
public sealed record StoreWrite(IStoreRecord Record, bool IsDelete);
