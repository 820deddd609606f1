namespace TenantKit.Docker.Engine;

/// <summary>The places among a unit's instances that are free: the smallest numbers that no container's name has.</summary>
internal sealed class Slots(IEnumerable<string> taken)
{
    private readonly HashSet<string> names = new(taken, StringComparer.Ordinal);

    public int Take(Func<int, string> name)
    {
        for (var slot = 1; ; slot++)
        {
            if (names.Add(name(slot)))
            {
                return slot;
            }
        }
    }
}
