using System.Net;
using System.Net.Sockets;

namespace Truce.Http;

/// <summary>
/// How many places each address has of something limited, so that one host cannot take them all. Of IPv6 the first 64
/// bits count: a host has as many addresses below them as it likes.
/// </summary>
/// <param name="each">The most places of one address.</param>
internal sealed class Shares(int each)
{
    private const int PrefixBytes = 8;

    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, int> _taken = [];

    /// <summary>Takes a place; false where the address has its share already.</summary>
    public bool TryTake(IPAddress? of)
    {
        var key = Key(of);
        lock (_gate)
        {
            var taken = _taken.GetValueOrDefault(key);
            if (taken < each)
            {
                _taken[key] = taken + 1;
            }

            return taken < each;
        }
    }

    /// <summary>Gives a place back that was taken.</summary>
    public void Give(IPAddress? of)
    {
        var key = Key(of);
        lock (_gate)
        {
            if (--_taken[key] == 0)
            {
                _taken.Remove(key);
            }
        }
    }

    private static IPAddress Key(IPAddress? of)
    {
        if (of is null || of.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return of ?? IPAddress.None;
        }

        var bytes = of.GetAddressBytes();
        bytes.AsSpan(PrefixBytes).Clear();
        return of.IsIPv4MappedToIPv6 ? of.MapToIPv4() : new IPAddress(bytes);
    }
}
