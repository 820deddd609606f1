namespace TenantKit.Docker.Engine;

/// <summary>The places among a unit's instances that are free: the smallest numbers that no container's name has.</summary>
internal sealed class Slots(IEnumerable<string> taken)
{
    private readonly HashSet<string> names = new(taken, StringComparer.Ordinal);

    public int Take(string unit)
    {
        for (var slot = 1; ; slot++)
        {
            if (names.Add(UnitNames.Instance(unit, slot)))
            {
                return slot;
            }
        }
    }
}
