namespace Truce.Record.Tests;

/// <summary>
/// Every parser of what is sealed, with good documents damaged in two ways: their bytes, and their values while the
/// form stays canonical, so that the damage reaches behind the first check. Nothing throws, nothing grows.
/// </summary>
public sealed class SealingFuzzTests
{
    private const int Inputs = 20_000;
    private const int AllocatedBytesMax = 16 << 20;

    private static readonly Showing Log = new();
    private static readonly Reader Reader = Parties.Reader(Parties.North);

    private static readonly Dictionary<string, (byte[][] Seeds, Func<byte[], byte[]?> Read)> Parsers = new()
    {
        ["outcome"] = ([Log.Shown.ToBytes(), Late.ToBytes()], b => Outcome.Parse(b).Value?.ToBytes()),
        ["confidential outcome"] = (
            [Log.SealedOutcome.Outcome.ToBytes()], b => ConfidentialOutcome.Parse(b).Value?.ToBytes()),
        ["committed"] = (
            [Log.Sealed.Committed.Bytes.ToArray(), Log.SealedOutcome.Committed.Bytes.ToArray()], ReadCommitted),
        ["wraps"] = ([Log.Sealed.Body.Wraps.ToBytes()], ReadWraps),
        ["reading key"] = ([Some.Bytes(Reader.Key.Public.ToString())], ReadKey),
        ["statement"] = ([Naming.ToBytes(), .. Erasures.Select(e => e.ToBytes())], ReadStatement),
        ["stub"] = ([AStub.ToBytes()], b => Stub.Parse(b).Value?.ToBytes()),
        ["disclosure"] = ([Log.Disclosure.ToBytes()], ReadDisclosure),
        ["leaf"] = ([Log.Leaves[0].ToBytes(), Log.Leaves[1].ToBytes(), Log.Leaves[2].ToBytes()], ReadLeaf),
    };

    public static TheoryData<string> Names => [.. Parsers.Keys];

    private static Outcome Late => Log.Shown with
    {
        Kind = OutcomeKind.Inapplicable,
        Why = "late",
        Equivocates = Log.Hash,
        IsUnauthenticated = true,
    };

    private static Stub AStub => new(Parties.Both, Desk.Act(1, 2));

    private static Statement Naming => Parties.Statement(audience: null) with
    {
        Attached = [new(Log.Hash, null), Log.Sealed.Body.Attached],
    };

    private static Statement[] Erasures =>
    [
        Naming with { Type = "erase-order", Act = new Erasure.Order(3, [Log.Hash]).ToAct() },
        Naming with
        {
            Type = "erase-done",
            Act = new Erasure.Done(5, 3, Audience.Operator, [Log.Hash], null, Log.Sealed.Body.Attached).ToAct(),
        },
        Naming with { Type = "erase-done", Act = new Erasure.Done(5, 3, "x", [Log.Hash], AStub, null).ToAct() },
        Naming with { Type = "erase-refused", Act = new Erasure.Refused(5, "x", "evidence").ToAct() },
    ];

    [Theory]
    [MemberData(nameof(Names))]
    public void Damaged_documents_are_refused_as_values_within_bounded_memory(string parser)
    {
        const int seed = 8785;
        var random = new Random(seed);
        var (seeds, read) = Parsers[parser];
        var accepted = 0;
        for (var i = 0; i < Inputs; i++)
        {
            var good = seeds[random.Next(seeds.Length)];
            var input = random.Next(2) == 0
                ? HostileTests.Damage(good, random, seeds)
                : Revalued(good, random) ?? HostileTests.Damage(good, random, seeds);
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                // what is read at all is written back as the same bytes: each format has one form
                if (read(input) is { } written)
                {
                    Assert.Equal(input, written);
                    accepted++;
                }
            }
            catch (Exception e) when (e is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"seed {seed}, input {i}: {e}\n{Convert.ToBase64String(input)}");
            }

            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated < AllocatedBytesMax, $"seed {seed}, input {i}: {allocated} bytes");
        }

        Assert.True(accepted > 0 || parser is "reading key", "no input was near enough to a good one to be read");
    }

    /// <summary>The document with a value changed, in canonical form; null where it is no JSON.</summary>
    private static byte[]? Revalued(byte[] document, Random random)
    {
        var json = CanonicalJson.Parse(document.AsSpan()).Value;
        return json is null ? null : CanonicalJson.Write(Change(json, random));
    }

    private static JsonValue Change(JsonValue value, Random random)
    {
        switch (value)
        {
            case JsonValue.Members { All: { Count: > 0 } all }:
                var at = random.Next(all.Count);
                var rest = all.Where((_, i) => i != at);
                return random.Next(12) switch
                {
                    0 => new JsonValue.Members([.. rest]),
                    1 => new JsonValue.Members([.. all, new("\u007f" + random.Next(9), Any(random))]),
                    _ => new JsonValue.Members([.. rest, new(all[at].Key, Change(all[at].Value, random))]),
                };
            case JsonValue.Items { All: { Count: > 0 } items }:
                var which = random.Next(items.Count);
                return random.Next(8) switch
                {
                    0 => new JsonValue.Items([.. items.Where((_, i) => i != which)]),
                    1 => new JsonValue.Items([.. items, items[which]]),
                    2 => new JsonValue.Items([.. items.Reverse()]),
                    3 => new JsonValue.Items([.. Enumerable.Repeat(items[which], 300)]),
                    _ => new JsonValue.Items(
                        [.. items.Select((item, i) => i == which ? Change(item, random) : item)]),
                };
            case JsonValue.Text { Value: { Length: > 0 } text }:
                var from = random.Next(text.Length);
                return random.Next(6) switch
                {
                    0 => new JsonValue.Text(text[..from]),
                    1 => new JsonValue.Text(text[..from] + text[from] + text[from..]),
                    2 => new JsonValue.Text(new string('A', text.Length)),
                    3 => new JsonValue.Text(text[..from] + (char)('0' + random.Next(40)) + text[(from + 1)..]),
                    4 => Any(random),
                    _ => new JsonValue.Text(text + "\u20ac"),
                };
            case JsonValue.Number number:
                return random.Next(3) == 0 ? Any(random) : new JsonValue.Number(Math.Clamp(
                    number.Value + random.Next(-2, 3), -CanonicalJson.NumberMax, CanonicalJson.NumberMax));
            default:
                return Any(random);
        }
    }

    private static JsonValue Any(Random random) => random.Next(9) switch
    {
        0 => new JsonValue.Nothing(),
        1 => new JsonValue.Truth(Value: true),
        2 => new JsonValue.Number(CanonicalJson.NumberMax),
        3 => new JsonValue.Number(-1),
        4 => new JsonValue.Text(""),
        5 => new JsonValue.Text(new string('0', random.Next(3000))),
        6 => new JsonValue.Text(Digest.Of([(byte)random.Next(3)]).ToString()),
        7 => new JsonValue.Items([]),
        _ => new JsonValue.Members([]),
    };

    private static byte[]? ReadCommitted(byte[] input)
    {
        if (Committed.Parse(input).Value is not { } committed)
        {
            return null;
        }

        _ = committed.Outcome();
        _ = committed.Statement();
        _ = Seal.Check(Log.Sealed.Statement, new byte[64], Log.Hash, committed, Log.Sealed.Body.Wraps!.AreFor);
        return committed.Bytes.ToArray();
    }

    private static byte[]? ReadWraps(byte[] input)
    {
        if (Wraps.Parse(input).Value is not { } wraps)
        {
            return null;
        }

        if (wraps.All.Count < 4)
        {
            _ = Seal.Open(
                Log.Sealed.Statement, new byte[64], Log.Hash, Log.Sealed.Body.Ciphertext.Span, wraps, Reader);
        }

        return wraps.ToBytes();
    }

    private static byte[]? ReadKey(byte[] input) =>
        PublicReadingKey.Parse(System.Text.Encoding.Latin1.GetString(input)).Value is { } key
            ? Some.Bytes(key.ToString())
            : null;

    private static byte[]? ReadStatement(byte[] input)
    {
        if (Statement.Parse(input).Value is not { } statement)
        {
            return null;
        }

        if (Erasure.Read(statement).Value is { } act)
        {
            Assert.Equal(CanonicalJson.Write(statement.Act), CanonicalJson.Write(act.ToAct()));
        }

        return statement.ToBytes();
    }

    private static byte[]? ReadDisclosure(byte[] input)
    {
        if (Disclosure.Parse(input).Value is not { } disclosure)
        {
            return null;
        }

        _ = disclosure.Verify(Log.Hash, Log.Policy);
        return disclosure.ToBytes();
    }

    private static byte[]? ReadLeaf(byte[] input)
    {
        if (Leaf.Parse(input).Value is not { } leaf)
        {
            return null;
        }

        _ = Entry.Read(1, leaf);
        _ = Entry.Read(0, leaf);
        return leaf.ToBytes();
    }
}
