namespace TenantKit.Management;

/// <summary>A request to the management that cannot be carried out. Nothing was changed.</summary>
/// <param name="kind">What kind of refusal.</param>
/// <param name="code">A stable code, such as <c>tenant_not_found</c>.</param>
/// <param name="message">What is wrong and what to do.</param>
/// <param name="errors">What is wrong by field (camelCase); null when no field is to blame.</param>
public sealed class ManagementException(
    ManagementErrorKind kind, string code, string message, IReadOnlyDictionary<string, string[]>? errors = null)
    : Exception(message)
{
    /// <summary>What kind of refusal.</summary>
    public ManagementErrorKind Kind { get; } = kind;

    /// <summary>A stable code.</summary>
    public string Code { get; } = code;

    /// <summary>What is wrong by field.</summary>
    public IReadOnlyDictionary<string, string[]> Errors { get; } = errors ?? new Dictionary<string, string[]>();
}
