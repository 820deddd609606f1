namespace TenantKit.Storage;

/// <summary>A row that the store keeps under optimistic concurrency.</summary>
public interface IStoreRecord
{
    /// <summary>Unique among records of the same type.</summary>
    string Key { get; }

    /// <summary>0 for a record that was never stored; otherwise the store's revision at which it was last written.</summary>
    long Revision { get; }
}
