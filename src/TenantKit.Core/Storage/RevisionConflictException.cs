namespace TenantKit.Storage;

/// <summary>A record was changed, removed or created by somebody else. Read again and decide anew.</summary>
/// <param name="recordType">Name of the record's type.</param>
/// <param name="key">Key of the record.</param>
public sealed class RevisionConflictException(string recordType, string key)
    : Exception($"{recordType} '{key}' was changed in the meantime. Read it again and repeat the change.")
{
    /// <summary>Name of the record's type.</summary>
    public string RecordType { get; } = recordType;

    /// <summary>Key of the record.</summary>
    public string Key { get; } = key;
}
