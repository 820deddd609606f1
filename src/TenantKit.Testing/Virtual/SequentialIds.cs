using System.Globalization;
using TenantKit.Diagnostics;

namespace TenantKit.Testing.Virtual;

/// <summary>Ids in order, 26 characters like ULIDs, the same in every run.</summary>
/// <remarks>Not thread-safe: everything of a <see cref="VirtualWorld"/> runs on one thread.</remarks>
/// <param name="prefix">What they begin with: letters and digits, at most 10.</param>
public sealed class SequentialIds(string prefix) : IIdSource
{
    private long last;

    /// <inheritdoc/>
    public string NewId() => prefix + (++last).ToString(CultureInfo.InvariantCulture).PadLeft(26 - prefix.Length, '0');
}
