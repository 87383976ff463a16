using System.Text;
using Truce.Record;

namespace Truce.Missions;

/// <summary>
/// Keys and randomness of fixed seeds, for what is invented alone: every run of a tour or an exercise gives the same
/// bytes, and whoever reads this file has its keys.
/// </summary>
/// <param name="what">What is invented: each has keys of its own.</param>
internal sealed class SeededKeys(string what)
{
    /// <summary>A key of a log, a witness, a mirror or receipts.</summary>
    public SigningKey Signing(string name, KeyUse use) => new(name, use, Seed(name));

    /// <summary>A device's key.</summary>
    public DeviceSigner Device(string name) =>
        DeviceSigner.From(DeviceKeyKind.Ed25519, Seed($"device {name}")).Required();

    /// <summary>The key by which somebody reads.</summary>
    public ReadingKey Reading(string name) => new(Seed($"reading {name}"));

    /// <summary>The bytes behind a name.</summary>
    public byte[] Seed(string name) => Digest.Of(Encoding.UTF8.GetBytes($"truce {what} {name}")).ToArray();

    /// <summary>A source of random bytes from its beginning.</summary>
    public Func<int, byte[]> Randomness()
    {
        var next = 0L;
        return count => [.. Enumerable.Range(0, (count / Digest.Bytes) + 1)
            .SelectMany(_ => Seed($"random {next++}")).Take(count)];
    }
}
