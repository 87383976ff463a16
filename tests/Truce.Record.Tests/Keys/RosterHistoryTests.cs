namespace Truce.Record.Tests;

/// <summary>Random histories of acts, good and bad, against a list that is scanned from its start each time.</summary>
public sealed class RosterHistoryTests
{
    private const int Histories = 120;
    private const int Acts = 60;

    private static readonly Founded Log = new();
    private static readonly Founded Other = new(origin: "other.example/exercise");
    private static readonly string[] Organisations = ["g0", "g1", "g2", "plain", "late", "later", "latest"];
    private static readonly string[] Roles = ["desk", "desk", "enroller", "enroller", "root"];

    /// <summary>The roots of the organisations, and behind them keys of devices.</summary>
    private static readonly DeviceSigner[] Keys =
    [
        .. Organisations.Select(Founded.Root),
        .. Enumerable.Range(0, 9).Select(i => Some.Device($"device {i}", (DeviceKeyKind)(i % 4 == 0 ? 1 : 0))),
    ];

    [Fact]
    public void Rosters_agree_with_a_list_that_is_scanned_from_its_start()
    {
        const int seed = 1701;
        var (refused, disputed) = (0, 0);
        var taken = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var history = 0; history < Histories; history++)
        {
            var random = new Random(seed + history);
            var oracle = new Oracle();
            List<(long Index, Roster Roster)> past = [(1, Log.Roster)];
            var index = 0L;
            for (var i = 0; i < Acts; i++)
            {
                index += random.Next(1, 3);
                var roster = past[^1].Roster;
                var act = RandomAct(random, index, oracle);
                var after = roster.Apply(index, Log.State(Keys[act.Author], ToAct(act, random)));

                Assert.True(
                    after.IsValid == oracle.Takes(act), $"seed {seed + history}: {act}: {after.Error ?? "applied"}");
                refused += after.IsValid ? 0 : 1;
                if (after.IsValid)
                {
                    taken[act.Kind] = taken.GetValueOrDefault(act.Kind) + 1;
                    oracle.Taken.Add(act);
                    past.Add((index + 1, after.Value));
                }
            }

            disputed += Compare(past, oracle, index + 2, $"seed {seed + history}");
        }

        // A generator that only made one kind of history would agree with anything.
        Assert.True(taken.Count == 5 && taken.Values.All(n => n > 100), string.Join(", ", taken));
        Assert.True(refused > 2000 && disputed > 2000, $"{refused} refused, {disputed} disputed or vouched for");
    }

    /// <summary>Every key at every index, now and as every earlier roster would have said.</summary>
    private static int Compare(List<(long Index, Roster Roster)> past, Oracle oracle, long end, string seed)
    {
        var now = past[^1].Roster;
        var disputed = 0;
        for (var index = 1L; index <= end; index++)
        {
            var then = past.Last(p => p.Index <= index).Roster;
            var before = new Oracle { Taken = [.. oracle.Taken.Where(t => t.Index < index)] };
            for (var key = 0; key < Keys.Length; key++)
            {
                var hash = Hash((int)(index % 4));
                Assert.Equal(
                    (seed, oracle.Standing(key, index, hash)), (seed, now.KeyAt(Keys[key].Key, index, hash).Standing));
                var expected = before.Standing(key, index, hash);
                Assert.Equal((seed, expected), (seed, now.At(index).KeyAt(Keys[key].Key, index, hash).Standing));
                Assert.Equal((seed, expected), (seed, then.KeyAt(Keys[key].Key, index, hash).Standing));
                Assert.Equal(before.Enrolled(key)?.Organisation, then.Find(Keys[key].Key)?.Organisation);
                disputed += oracle.Standing(key, index, hash) is Standing.Disputed or Standing.Vouched ? 1 : 0;
            }

            Assert.Equal(before.Taken.Count(t => t.Kind == "witnesses"), now.At(index).WitnessChanges);
            Assert.Equal(
                before.Taken.LastOrDefault(t => t.Kind == "witnesses")?.Organisation ?? "g0",
                now.At(index).Witnesses[0].Organisation);
        }

        return disputed;
    }

    private static Digest Hash(int number) => Digest.Of([(byte)number]);

    private static Act RandomAct(Random random, long index, Oracle oracle)
    {
        var organisation = random.Next(Organisations.Length);
        var kind = random.Next(10) switch
        {
            0 or 1 => "admit",
            2 => "witnesses",
            < 6 => "enrol",
            < 9 => "revoke",
            _ => "vouch",
        };
        // Most authors have the right to it, so that histories go somewhere.
        var author = random.Next(4) > 0 ? organisation : random.Next(Keys.Length);
        var enrolled = Enumerable.Range(Organisations.Length, Keys.Length - Organisations.Length)
            .Where(k => oracle.Enrolled(k)?.Organisation == Organisations[organisation]).ToArray();
        var key = kind == "admit" ? organisation
            : kind == "revoke" && enrolled.Length > 0 && random.Next(3) > 0 ? enrolled[random.Next(enrolled.Length)]
            : random.Next(random.Next(8) == 0 ? 0 : Organisations.Length, Keys.Length);
        if (enrolled.Length > 0 && random.Next(3) == 0)
        {
            author = enrolled[random.Next(enrolled.Length)];
        }

        if (kind is "admit" or "witnesses" && random.Next(5) > 0)
        {
            author = random.Next(4);
        }

        var sponsor = kind == "admit" && random.Next(3) == 0 ? Organisations[random.Next(Organisations.Length)] : null;
        return new Act(
            index, kind, author, Organisations[organisation], sponsor is null ? key : -1,
            Roles[random.Next(Roles.Length)],
            kind == "witnesses"
                ? oracle.Taken.Count(t => t.Kind == kind) + random.Next(1, 3)
                : random.Next((int)index + 3),
            sponsor, Hash(random.Next(4)), IsGood: random.Next(5) > 0);
    }

    private static KeyAct ToAct(Act act, Random random)
    {
        KeyAct plain = act.Kind switch
        {
            "admit" => new KeyAct.Admit(act.Organisation, act.Key < 0 ? null : Keys[act.Key].Key, act.Sponsor),
            "witnesses" => new KeyAct.Witnesses(act.Number, [Founded.Witness("w9", act.Organisation)], []),
            "enrol" when act.IsGood => Log.Enrolment(act.Organisation, Keys[act.Key], act.Role),
            "enrol" => new KeyAct.Enrol(act.Organisation, Keys[act.Key].Key, act.Role, null, random.Next(3) switch
            {
                0 => KeyAct.Possess(Keys[(act.Key + 1) % Keys.Length], Some.Origin, Log.Hash, act.Organisation),
                1 => KeyAct.Possess(Keys[act.Key], Some.Origin, Other.Hash, act.Organisation),
                _ => KeyAct.Possess(Keys[act.Key], Some.Origin, Log.Hash, "nobody"),
            }),
            "revoke" => new KeyAct.Revoke(Keys[act.Key].Key, act.Number),
            _ => new KeyAct.Vouch(act.Hash),
        };
        return act.Kind is not ("admit" or "witnesses") ? plain : (act.IsGood, random.Next(3)) switch
        {
            (true, 0) => Log.Approved(plain, "g0", "g1", "g2"),
            (true, _) => Log.Approved(plain, "g2", "g0"),
            (false, 0) => Log.Approved(plain, "g1"),
            (false, 1) => Other.Approved(plain, "g0", "g1"),
            _ => Log.Approved(plain, "g0", "plain", "g1"),
        };
    }

    /// <summary>An act in the list: the key by its place, −1 for none; a number is a change's or `since`.</summary>
    private sealed record Act(
        long Index, string Kind, int Author, string Organisation, int Key, string Role, long Number, string? Sponsor,
        Digest Hash, bool IsGood);

    /// <summary>The rules once more, by scanning all that was taken from its start.</summary>
    private sealed class Oracle
    {
        public List<Act> Taken { get; init; } = [];

        public (string Organisation, string Role, long At)? Enrolled(int key) => key is >= 0 and < 4
            ? (Organisations[key], "root", 0)
            : Taken.Where(t => t.Kind is "admit" or "enrol" && t.Key == key && key >= 0)
                .Select(t => ((string, string, long)?)(t.Organisation, t.Kind == "admit" ? "root" : t.Role, t.Index))
                .FirstOrDefault();

        public Standing Standing(int key, long index, Digest hash)
        {
            var revocations = Taken.Where(t => t.Kind == "revoke" && t.Key == key).ToArray();
            return Enrolled(key) is not { } e || e.At >= index ? Record.Standing.Unknown
                : revocations.Length > 0 && revocations[0].Index < index
                    ? Vouched(hash, e.Organisation) ? Record.Standing.Vouched : Record.Standing.Revoked
                : revocations.Any(r => r.Number <= index) ? Record.Standing.Disputed : Record.Standing.Valid;
        }

        public bool Takes(Act act)
        {
            if (Standing(act.Author, act.Index, default) != Record.Standing.Valid)
            {
                return false;
            }

            var author = Enrolled(act.Author)!.Value;
            var enrols = author.Role is "root" or "enroller";
            return act.Kind switch
            {
                "admit" => act.IsGood && !HasRoot(act.Organisation) && Enrolled(act.Key) is null
                    && (act.Key >= 0 || (HasRoot(act.Sponsor!)
                        && !Taken.Any(t => t.Kind == "admit" && t.Organisation == act.Organisation))),
                "witnesses" => act.IsGood && act.Number == Taken.Count(t => t.Kind == "witnesses") + 1
                    && (HasRoot(act.Organisation)
                        || Taken.Any(t => t.Kind == "admit" && t.Organisation == act.Organisation)),
                "enrol" => act.IsGood && enrols && author.Organisation == act.Organisation && Enrolled(act.Key) is null
                    && act.Role != "root" && (act.Role != "enroller" || author.Role == "root"),
                "revoke" => enrols && Enrolled(act.Key) is { Role: not "root" } known
                    && known.Organisation == author.Organisation
                    && Taken.Where(t => t.Kind == "revoke" && t.Key == act.Key).All(t => act.Number < t.Number),
                _ => enrols && !Vouched(act.Hash, author.Organisation),
            };
        }

        private bool HasRoot(string organisation) => Array.IndexOf(Organisations, organisation) < 4
            || Taken.Any(t => t.Kind == "admit" && t.Organisation == organisation && t.Key >= 0);

        private bool Vouched(Digest hash, string organisation) => Taken.Any(t =>
            t.Kind == "vouch" && t.Hash == hash && Enrolled(t.Author)!.Value.Organisation == organisation);
    }
}
