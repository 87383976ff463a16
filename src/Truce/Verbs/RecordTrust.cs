using System.Text;
using Truce.Record;

namespace Truce.Verbs;

/// <summary>On whose word a reader takes evidence: a policy, and the genesis that he knows.</summary>
/// <param name="Policy">Which logs and witnesses count; null where a disclosure brings its own genesis.</param>
/// <param name="Founding">Leaf 0; null where only a policy or a hash was given.</param>
/// <param name="Pinned">The hash of leaf 0; null where only a policy was given.</param>
internal sealed record RecordTrust(TrustPolicy? Policy, Founding? Founding, Digest? Pinned)
{
    /// <summary>Reads what was given; null, and the reason printed, where it is not enough or not right.</summary>
    public static RecordTrust? Read(string? policy, string? genesis, string? pin, TextWriter error)
    {
        if (policy is null && genesis is null && pin is null)
        {
            error.WriteLine("error: nothing says whom to believe\n  help: add `--genesis 0.entry` (of "
                + "`truce record prove LOG 0`), or `--policy FILE` with lines `log`, `witness`, `quorum`");
            return null;
        }

        var hash = pin is null ? null : Digest.Parse(pin);
        if (pin is not null && hash is null)
        {
            error.WriteLine($"error: `--pin {pin}` is no hash in base64\n"
                + "  help: it is what `truce record init` printed and everybody pinned");
            return null;
        }

        Founding? founding = null;
        if (genesis is not null)
        {
            founding = KeyFiles.Read(genesis, b => Founding.Open(b, hash),
                "name the file `0.entry` that `truce record prove LOG 0` writes", error);
            if (founding is null)
            {
                return null;
            }
        }

        var words = policy is null ? null
            : KeyFiles.Read(policy, b => TrustPolicy.Parse(b), "a policy has lines `log VKEY`, `witness NAME VKEY`, "
                + "`group NAME K NAME…` and `quorum NAME`", error, TrustPolicy.BytesMax);
        if (policy is not null && words is null)
        {
            return null;
        }

        foreach (var own in words?.OwnWitnesses ?? [])
        {
            error.WriteLine($"truce: in `{policy}` the witness `{own.Name}` has the log's own key, and so proves "
                + "nothing that the log does not");
        }

        return new RecordTrust(
            words ?? (founding is null ? null : Of(founding.Genesis)), founding, hash ?? founding?.Hash);
    }

    /// <summary>The policy of leaf 0: its log, and more than half of its witnesses.</summary>
    public static TrustPolicy Of(Genesis genesis)
    {
        var text = new StringBuilder($"log {genesis.LogKey}\n");
        foreach (var (number, witness) in genesis.Witnesses.Index())
        {
            text.Append($"witness w{number} {witness.Key}\n");
        }

        var count = genesis.Witnesses.Count;
        var all = string.Join(' ', Enumerable.Range(0, count).Select(n => $"w{n}"));
        text.Append(count == 0 ? "quorum none\n"
            : $"group more-than-half {(count / 2) + 1} {all}\nquorum more-than-half\n");
        return TrustPolicy.Parse(Encoding.UTF8.GetBytes(text.ToString())).Required();
    }

    /// <summary>Who cosigned a checkpoint, by the names of the keys, and when in POSIX seconds.</summary>
    public static IReadOnlyList<(string Name, long Time)> Cosigners(TrustPolicy policy, WitnessedCheckpoint seen) =>
        [.. policy.Witnesses.Where(w => seen.Witnesses.ContainsKey(w.Name))
            .Select(w => (w.Key.Name, seen.Witnesses[w.Name]))];
}
