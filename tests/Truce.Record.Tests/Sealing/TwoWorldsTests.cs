using System.Text;

namespace Truce.Record.Tests;

/// <summary>
/// Two worlds that differ in one confidential act's content look the same to everybody outside its audience, but for
/// commitments, ciphertext hashes, and what is computed from those.
/// </summary>
public sealed class TwoWorldsTests
{
    private const int Worlds = 24;
    private const int Entries = 16;

    [Fact]
    public void Others_see_no_difference_between_two_worlds()
    {
        for (var seed = 0; seed < Worlds; seed++)
        {
            Assert.True(Differ(seed, leaks: false) is null, $"seed {seed}: {Differ(seed, leaks: false)}");
        }
    }

    [Fact]
    public void The_same_comparison_catches_an_operator_that_leaks()
    {
        var caught = Enumerable.Range(0, Worlds).Count(seed => Differ(seed, leaks: true) is not null);

        Assert.True(caught > Worlds / 2, $"{caught} of {Worlds}");
    }

    /// <summary>What somebody outside the audience of the act sees to differ; null where nothing does.</summary>
    private static string? Differ(int seed, bool leaks)
    {
        var changed = new Random(seed).Next(1, Entries / 2);
        var (one, audience) = World(seed, changed, other: false, leaks);
        var (two, _) = World(seed, changed, other: true, leaks);
        Assert.NotEqual(one.Leaves[changed].Statement.ToArray(), two.Leaves[changed].Statement.ToArray());
        string?[] others = [null, .. Desk.Organisations.Where(o => !audience.Contains(o))];
        foreach (var reader in others)
        {
            var (a, b) = (Seen(one, reader), Seen(two, reader));
            for (var i = 0; i < a.Count; i++)
            {
                if (a[i] != b[i])
                {
                    return $"`{reader ?? "the public"}` sees\n{a[i]}\nand\n{b[i]}";
                }
            }
        }

        return null;
    }

    private static (Desk Desk, Audience Audience) World(int seed, int changed, bool other, bool leaks)
    {
        var random = new Random(seed);
        var desk = new Desk { Leaks = leaks };
        Audience? changedFor = null;
        for (var i = 1; i <= Entries; i++)
        {
            Audience? audience = Desk.Audiences[random.Next(Desk.Audiences.Length)];
            var isOpen = random.Next(3) == 0;
            var act = ReplayTests.RandomAct(random);
            var device = $"device {random.Next(3)}";
            if (i == changed)
            {
                changedFor = audience = audience.Contains(Parties.Relief) ? Parties.Both : audience;
                isOpen = false;
                act = other ? Desk.Act(random.Next(2), 100 + random.Next(900)) : act;
                _ = other ? 0 : random.Next(2) + random.Next(900);
            }

            desk.Add(isOpen ? null : audience, act, device: device);
        }

        return (desk, changedFor!);
    }

    /// <summary>All that a log answers somebody: leaves, bodies, what opens; hashes of hidden bytes masked.</summary>
    private static List<string> Seen(Desk desk, string? reader)
    {
        var masks = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (index, (_, s, r)) in desk.Sealed)
        {
            masks[s.Body.Commit.ToString()] = $"<commit of {index}>";
            masks[s.Body.CiphertextHash.ToString()] = $"<ciphertext of {index}>";
            masks[r.Body.Commit.ToString()] = $"<commit of the outcome of {index}>";
            masks[r.Body.CiphertextHash.ToString()] = $"<ciphertext of the outcome of {index}>";
            masks[Digest.Of(s.Statement.ToBytes()).ToString()] = $"<statement of {index}>";
        }

        string Masked(ReadOnlySpan<byte> bytes) => masks.Aggregate(
            Encoding.UTF8.GetString(bytes), (text, m) => text.Replace(m.Key, m.Value, StringComparison.Ordinal));
        var seen = new List<string>();
        foreach (var (index, leaf) in desk.Leaves.Index())
        {
            var receipt = new Receipt(
                Some.Origin, index, default, default, Entry.Read(index, leaf).Required().ReceivedAt);
            seen.Add($"{index}: {Masked(leaf.Statement.Span)} {leaf.Signature.Length} {Masked(leaf.Outcome.Span)}");
            seen.Add(receipt.Text);
            if (desk.Sealed.TryGetValue(index, out var hidden))
            {
                foreach (var body in new[] { hidden.Statement.Body, hidden.Outcome.Body })
                {
                    seen.Add($"{index}: a body of {Bodies.Get(desk.Disk, body.CiphertextHash)!.Length} bytes");
                }

                if (reader is not null && hidden.Audience.Contains(reader))
                {
                    var who = Parties.Reader(reader);
                    var (s, r) = (hidden.Statement, hidden.Outcome);
                    var statement = Seal.Open(
                        s.Statement, leaf.Signature.Span, Parties.Genesis, s.Body.Ciphertext.Span, s.Body.Wraps, who);
                    var outcome = Seal.Open(
                        r.Outcome, Parties.Genesis, r.Body.Ciphertext.Span, r.Body.Wraps, who);
                    seen.Add(Masked(statement.Required().ToBytes()) + Masked(outcome.Required().ToBytes()));
                    seen.Add(string.Join(' ', s.Body.Wraps.All.Select(w => w.To)));
                }
            }
        }

        return seen;
    }
}
