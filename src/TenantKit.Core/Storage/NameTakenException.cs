namespace TenantKit.Storage;

/// <summary>A unique name is in use.</summary>
/// <param name="recordType">Name of the record's type: <c>User</c>, <c>Tenant</c> or <c>Template</c>.</param>
/// <param name="name">The name.</param>
public sealed class NameTakenException(string recordType, string name)
    : Exception($"The name '{name}' is taken by another {recordType}. Choose another.")
{
    /// <summary>Name of the record's type.</summary>
    public string RecordType { get; } = recordType;

    /// <summary>The name.</summary>
    public string Name { get; } = name;
}
