using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace TenantKit.Docker.Engine;

/// <summary>
/// The ranges that units' networks are taken from, in an order of each unit's own: it begins at a place made from the unit's name, so that two
/// units seldom try the same one, and goes through all of them.
/// </summary>
internal sealed class SubnetPool(string range, int prefix)
{
    private readonly IPNetwork whole = IPNetwork.Parse(range);

    public int Count => 1 << (prefix - whole.PrefixLength);

    public IEnumerable<IPNetwork> InOrderOf(string unit)
    {
        var first = BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(unit))) % (uint)Count;
        for (var i = 0; i < Count; i++)
        {
            yield return At((int)((first + (uint)i) % (uint)Count));
        }
    }

    /// <summary>The address that the engine's machine has in a range: its first.</summary>
    public static IPAddress Gateway(IPNetwork network) => Add(network.BaseAddress, 1);

    private IPNetwork At(int index) => new(Add(whole.BaseAddress, (uint)index << (32 - prefix)), prefix);

    private static IPAddress Add(IPAddress address, uint offset)
    {
        var bytes = address.GetAddressBytes();
        BinaryPrimitives.WriteUInt32BigEndian(bytes, BinaryPrimitives.ReadUInt32BigEndian(bytes) + offset);
        return new IPAddress(bytes);
    }
}
