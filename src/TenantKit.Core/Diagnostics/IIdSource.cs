namespace TenantKit.Diagnostics;

/// <summary>Makes ids.</summary>
public interface IIdSource
{
    /// <summary>A new ULID in lower case: 26 characters, ordered by time of creation, never the same twice.</summary>
    /// <returns>The id.</returns>
    /// <remarks>Thread-safe.</remarks>
    string NewId();
}
