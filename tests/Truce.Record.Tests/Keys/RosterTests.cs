namespace Truce.Record.Tests;

public sealed class RosterTests
{
    private static readonly Founded Log = new();
    private static readonly DeviceSigner Root = Founded.Root("g0");
    private static readonly DeviceSigner Enroller = Some.Device("enroller of g0", DeviceKeyKind.P256);
    private static readonly DeviceSigner Desk = Some.Device("desk of g0");
    private static readonly DeviceSigner Stranger = Some.Device("stranger");

    /// <summary>g0 with an enroller at 1 and a desk at 2.</summary>
    private static Roster Manned { get; } = Apply(
        Apply(Log.Roster, 1, Root, Log.Enrolment("g0", Enroller, "enroller")).Required(),
        2, Enroller, Log.Enrolment("g0", Desk, "desk", "sector/north")).Required();

    [Fact]
    public void A_key_signs_behind_its_enrolment_and_up_to_its_revocation()
    {
        var revoked = Apply(Manned, 9, Enroller, new KeyAct.Revoke(Desk.Key, Since: 5)).Required();

        Assert.Equal(Standing.Unknown, Manned.KeyAt(Desk.Key, 2).Standing);
        Assert.Equal(Standing.Valid, Manned.KeyAt(Desk.Key, 3).Standing);
        Assert.Equal(("g0", "desk", "sector/north"), (
            Manned.Find(Desk.Key)!.Organisation, Manned.Find(Desk.Key)!.Role, Manned.Find(Desk.Key)!.Area));
        Assert.Equal(
            [Standing.Valid, Standing.Valid, Standing.Disputed, Standing.Disputed, Standing.Disputed, Standing.Revoked],
            new[] { 3, 4, 5, 8, 9, 10 }.Select(i => revoked.KeyAt(Desk.Key, i).Standing));
        Assert.Equal(Standing.Valid, revoked.At(9).KeyAt(Desk.Key, 9).Standing);
        Assert.Equal(Standing.Revoked, revoked.At(10).KeyAt(Desk.Key, 10).Standing);
        Assert.Equal(9, revoked.Find(Desk.Key)!.RevokedAt);
    }

    [Fact]
    public void A_revocation_that_names_a_later_index_disputes_nothing_and_still_holds()
    {
        var revoked = Apply(Manned, 9, Root, new KeyAct.Revoke(Desk.Key, Since: 900)).Required();

        Assert.Equal(Standing.Valid, revoked.KeyAt(Desk.Key, 9).Standing);
        Assert.Equal(Standing.Revoked, revoked.KeyAt(Desk.Key, 10).Standing);
        var earlier = Apply(revoked, 11, Root, new KeyAct.Revoke(Desk.Key, Since: 4)).Required();
        Assert.Equal(Standing.Disputed, earlier.KeyAt(Desk.Key, 4).Standing);
        Assert.Equal(9, earlier.Find(Desk.Key)!.RevokedAt);
        Refused(earlier, Root, new KeyAct.Revoke(Desk.Key, Since: 4), "disputed since 4");
    }

    [Fact]
    public void Late_acts_are_unauthenticated_until_their_own_organisation_vouches_for_them()
    {
        var (late, other) = (Digest.Of("late"u8), Digest.Of("other"u8));
        var revoked = Apply(Manned, 9, Enroller, new KeyAct.Revoke(Desk.Key, Since: 9)).Required();
        var foreign = Apply(revoked, 12, Founded.Root("g1"), new KeyAct.Vouch(late)).Required();
        var vouched = Apply(foreign, 13, Enroller, new KeyAct.Vouch(late)).Required();

        Assert.Equal(Standing.Revoked, revoked.KeyAt(Desk.Key, 11, late).Standing);
        Assert.Equal(Standing.Revoked, foreign.KeyAt(Desk.Key, 11, late).Standing);
        Assert.Equal(Standing.Vouched, vouched.KeyAt(Desk.Key, 11, late).Standing);
        Assert.Equal(Standing.Revoked, vouched.KeyAt(Desk.Key, 11, other).Standing);
        Assert.Equal(Standing.Revoked, vouched.KeyAt(Desk.Key, 11).Standing);
        Assert.Equal(Standing.Revoked, vouched.At(13).KeyAt(Desk.Key, 11, late).Standing);
        Refused(vouched, Root, new KeyAct.Vouch(late), "already");
        Refused(Manned, Desk, new KeyAct.Vouch(late), "vouches for nobody");
    }

    [Fact]
    public void A_revoked_enroller_does_nothing_more_and_what_it_did_stays()
    {
        var revoked = Apply(Manned, 9, Enroller, new KeyAct.Revoke(Enroller.Key, Since: 9)).Required();

        Assert.Equal(Standing.Valid, revoked.KeyAt(Desk.Key, 20).Standing);
        Refused(revoked, Enroller, Log.Enrolment("g0", Stranger), "is revoked");
        Refused(revoked, Enroller, new KeyAct.Revoke(Desk.Key, 1), "is revoked");
        Refused(revoked, Enroller, new KeyAct.Vouch(default), "is revoked");
        Refused(revoked, Root, Log.Enrolment("g0", Enroller), "never enrolled again");
    }

    [Fact]
    public void Nobody_enrols_who_may_not()
    {
        Refused(Manned, Stranger, Log.Enrolment("g0", Stranger), "is not enrolled");
        Refused(Manned, Desk, Log.Enrolment("g0", Stranger), "enrols nobody");
        Refused(Manned, Founded.Root("g1"), Log.Enrolment("g0", Stranger), "`g1` enrols no key for `g0`");
        Refused(Manned, Founded.Root("g1"), Log.Enrolment("g1", Desk), "for another organisation");
        Refused(Manned, Root, Log.Enrolment("g0", Desk), "enrolled already");
        Refused(Manned, Enroller, Log.Enrolment("g0", Stranger, "enroller"), "by the root alone");
        Refused(Manned, Root, Log.Enrolment("g0", Stranger, "root"), "is not enrolled: a root comes");
        Refused(Manned, Root, Log.Enrolment("g0", Founded.Root("g1")), "in use as the root of `g1`");
        Refused(Log.Roster, Enroller, Log.Enrolment("g0", Stranger), "is not enrolled");
        Refused(Manned, Desk, new KeyAct.Revoke(Enroller.Key, 1), "revokes nobody");
        Refused(Manned, Founded.Root("g1"), new KeyAct.Revoke(Desk.Key, 1), "revokes no key of `g0`");
        Refused(Manned, Enroller, new KeyAct.Revoke(Root.Key, 1), "a root is not revoked");
        Refused(Manned, Root, new KeyAct.Revoke(Stranger.Key, 1), "is not enrolled");
    }

    /// <summary>Otherwise any party could speak as the operator, who is the first to enter anything.</summary>
    [Fact]
    public void The_organisation_that_first_enrols_an_operator_s_key_is_the_operator_s_and_no_other_becomes_it()
    {
        var role = EnrolledKey.OperatorRole;
        var first = Apply(Manned, 4, Enroller, Log.Enrolment("g0", Stranger, role)).Required();
        var second = Some.Device("another of the operator");

        Refused(first, Founded.Root("g1"), Log.Enrolment("g1", second, role), "`g0` is the operator's organisation");
        var revoked = Apply(first, 5, Root, new KeyAct.Revoke(Stranger.Key, Since: 5)).Required();
        Refused(revoked, Founded.Root("g1"), Log.Enrolment("g1", second, role), "`g0` is the operator's organisation");
        Assert.True(Apply(revoked, 6, Root, Log.Enrolment("g0", second, role)).IsValid);
        Assert.True(Apply(Manned, 4, Founded.Root("g1"), Log.Enrolment("g1", second, role)).IsValid);
    }

    [Fact]
    public void The_log_s_own_keys_are_nobody_s_device()
    {
        // The same seed, as a device's: what the log signs must never be a device's act.
        var seed = Digest.Of(Some.Bytes($"{Some.Origin} {KeyUse.Note}")).ToArray();
        using var log = DeviceSigner.From(DeviceKeyKind.Ed25519, seed).Required();

        Refused(Manned, Root, Log.Enrolment("g0", log), "in use as the log");
    }

    [Fact]
    public void A_proof_of_possession_holds_for_its_key_its_organisation_and_its_log_alone()
    {
        var other = new Founded(origin: "other.example/exercise");
        var good = Log.Enrolment("g0", Stranger);

        var file = Possession.Prove(Stranger, "g0", Some.Origin, Log.Hash);
        Assert.Equal(file.ToBytes(), Possession.Parse(file.ToBytes()).Required().ToBytes());
        Assert.Equal(good.Possession, file.ToEnrolment("desk", area: null).Possession);
        var moved = file with { Organisation = "g1" };
        Assert.Contains("private half", Possession.Parse(moved.ToBytes()).Error, StringComparison.Ordinal);
        Assert.True(Apply(Manned, 9, Root, good).IsValid);
        byte[][] bad =
        [
            KeyAct.Possess(Desk, Some.Origin, Log.Hash, "g0"),
            KeyAct.Possess(Stranger, Some.Origin, Log.Hash, "g1"),
            KeyAct.Possess(Stranger, Some.Origin, other.Hash, "g0"),
            KeyAct.Possess(Stranger, other.Genesis.Origin, Log.Hash, "g0"),
            new byte[64],
        ];
        foreach (var possession in bad)
        {
            Refused(Manned, Root, good with { Possession = possession }, "private half");
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    public void More_than_half_of_the_guardians_admit_and_no_other_counts(int guardians)
    {
        var log = new Founded(guardians);
        var admit = new KeyAct.Admit("ngo", null, "plain");
        for (var k = 0; k <= guardians; k++)
        {
            // From the end as well, so that no place in the list decides.
            foreach (var by in new[] { log.Names[..k], log.Names[^k..] })
            {
                var act = log.Approved(admit, by);
                var after = log.Roster.Apply(1, log.State(Founded.Root("plain"), act));

                Assert.Equal(2 * k > guardians, after.IsValid);
                Assert.True(after.IsValid || after.Error.StartsWith(
                    $"{k} of {guardians} guardians have approved", StringComparison.Ordinal), after.Error);
            }
        }

        var all = new Founded(guardians, threshold: guardians);
        Assert.False(all.Roster.Apply(
            1, all.State(Founded.Root("plain"), all.Approved(admit, all.Names[1..]))).IsValid);
        Assert.True(all.Roster.Apply(1, all.State(Founded.Root("plain"), all.Approved(admit, all.Names))).IsValid);
    }

    [Fact]
    public void Approvals_hold_for_their_act_their_log_and_their_guardian_alone()
    {
        var other = new Founded(origin: "other.example/exercise");
        var admit = new KeyAct.Admit("ngo", Stranger.Key, null);
        Approval By(Founded log, KeyAct act, string name) => act.Approve(name, Founded.Root(name), log.Hash);

        Assert.True(Apply(Manned, 9, Desk, admit.With([By(Log, admit, "g0"), By(Log, admit, "g1")])).IsValid);
        Refused(
            Manned, Desk, admit.With([By(Log, admit, "g0"), By(other, admit, "g1")]), "approval of `g1` does not hold");
        var elsewhere = new KeyAct.Admit("else", Stranger.Key, null);
        Refused(
            Manned, Desk, admit.With([By(Log, elsewhere, "g0"), By(Log, admit, "g1")]),
            "approval of `g0` does not hold");
        var forged = new Approval("g2", By(Log, admit, "g1").Signature);
        Refused(Manned, Desk, admit.With([By(Log, admit, "g1"), forged]), "approval of `g2` does not hold");
        Refused(
            Manned, Desk, admit.With([By(Log, admit, "g0"), By(Log, admit, "g1"), By(Log, admit, "plain")]),
            "`plain` is no guardian");
        var twice = By(Log, admit, "g0");
        Refused(Manned, Desk, admit.With([twice, twice]), "each once: `g0`");
        Refused(Manned, Stranger, admit.With([By(Log, admit, "g0"), By(Log, admit, "g1")]), "is not enrolled");
    }

    [Fact]
    public void An_organisation_without_keys_has_a_sponsor_until_it_has_a_root()
    {
        Parsed<Roster> Admit(Roster roster, long index, KeyAct act) =>
            Apply(roster, index, Desk, Log.Approved(act, "g0", "g1"));
        var sponsored = Admit(Manned, 9, new KeyAct.Admit("ngo", null, "plain")).Required();
        var rooted = Admit(sponsored, 10, new KeyAct.Admit("ngo", Stranger.Key, null)).Required();

        Assert.Equal("plain", sponsored.Find("ngo")!.Sponsor);
        Assert.Equal((null, 9), (rooted.Find("ngo")!.Sponsor, rooted.Find("ngo")!.AdmittedAt));
        Assert.Equal(Standing.Unknown, rooted.KeyAt(Stranger.Key, 10).Standing);
        Assert.Equal(Standing.Valid, rooted.KeyAt(Stranger.Key, 11).Standing);
        Assert.Contains(
            "already", Admit(rooted, 11, new KeyAct.Admit("ngo", null, "g0")).Error, StringComparison.Ordinal);
        Assert.Contains(
            "already", Admit(sponsored, 11, new KeyAct.Admit("ngo", null, "g0")).Error, StringComparison.Ordinal);
        Assert.Contains(
            "no organisation with a root", Admit(sponsored, 11, new KeyAct.Admit("b", null, "ngo")).Error,
            StringComparison.Ordinal);
        Assert.Contains(
            "in use as", Admit(Manned, 11, new KeyAct.Admit("b", Desk.Key, null)).Error, StringComparison.Ordinal);
        Assert.Contains(
            "either a root or", Admit(Manned, 11, new KeyAct.Admit("b", null, null)).Error, StringComparison.Ordinal);
        Assert.Contains(
            "either a root or", Admit(Manned, 11, new KeyAct.Admit("b", Stranger.Key, "g0")).Error,
            StringComparison.Ordinal);
        Assert.Contains(
            "cannot name", Admit(Manned, 11, new KeyAct.Admit("operator", Stranger.Key, null)).Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Witnesses_change_one_after_another_and_an_old_approval_brings_nobody_back()
    {
        var first = Log.Approved(new KeyAct.Witnesses(1, [Founded.Witness("w5", "g2")], []), "g0", "g1");
        var second = Log.Approved(
            new KeyAct.Witnesses(2, [Founded.Witness("w0", "g0")], [Founded.Witness("m0", "plain")]), "g1", "g2");
        var one = Apply(Manned, 9, Desk, first).Required();
        var two = Apply(one, 12, Root, second).Required();

        Assert.Equal(["w5"], one.Witnesses.Select(w => w.Name));
        Assert.Equal(["w0"], two.Witnesses.Select(w => w.Name));
        Assert.Equal(["w0", "w1"], two.At(9).Witnesses.Select(w => w.Name));
        Assert.Equal(["w5"], two.At(10).Witnesses.Select(w => w.Name));
        Assert.Equal(["w5"], two.At(12).Witnesses.Select(w => w.Name));
        Refused(two, Desk, first, "the next one is 3");
        Refused(two, Desk, Log.Approved(new KeyAct.Witnesses(3, [Founded.Witness("m0", "g0")], []), "g0", "g1"),
            "in use as the mirror `m0`");
        Refused(two, Desk, Log.Approved(new KeyAct.Witnesses(3, [Founded.Witness("w6", "nobody")], []), "g0", "g1"),
            "not admitted");
        var one6 = Founded.Witness("w6", "g0");
        Refused(two, Desk, Log.Approved(
            new KeyAct.Witnesses(3, [one6, one6 with { Name = "w7" }], []), "g0", "g1"), "has the key of another");
        Refused(two, Desk, new KeyAct.Witnesses(3, [one6], []), "0 of 3 guardians");
    }

    [Fact]
    public void An_act_for_somebody_else_is_never_that_one_s_signature()
    {
        var own = Log.State(Desk, "report", new JsonValue.Nothing());
        var hash = Digest.Of("s"u8);
        string? SignedBy(JsonValue? on) => Manned.Author(own with { For = on }, 9, hash).SignedBy;

        Assert.Equal("g0", SignedBy(null));
        Assert.Equal("g0", SignedBy(new JsonValue.Text("g0")));
        Assert.Null(SignedBy(new JsonValue.Text("g1")));
        Assert.Null(SignedBy(new JsonValue.Text("anonymous")));
        Assert.Null(SignedBy(CanonicalJson.Parse("""{"organisation":"g1","evidence":"a letter"}"""u8).Required()));
        Assert.Null(Manned.Author(own, 2, hash).SignedBy);
        Assert.Equal("g0", Manned.Author(own with { For = new JsonValue.Text("g1") }, 9, hash).By.Key!.Organisation);
        var enrolment = Log.State(Root, Log.Enrolment("g0", Stranger));
        Assert.Contains(
            "for somebody else", Manned.Apply(9, enrolment with { For = new JsonValue.Text("g0") }).Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_lost_root_a_second_genesis_and_another_log_s_acts_are_refused_with_their_reasons()
    {
        Assert.Contains("lost root", Manned.Apply(
            9, Log.State(Root, KeyAct.NewRootType, new JsonValue.Nothing())).Error, StringComparison.Ordinal);
        Assert.Contains("one genesis", Manned.Apply(
            9, Log.State(Root, Genesis.Type, new JsonValue.Nothing())).Error, StringComparison.Ordinal);
        var other = new Founded(origin: "other.example/exercise");
        Assert.Contains("other.example/exercise", Manned.Apply(
            9, other.State(Root, other.Enrolment("g0", Stranger))).Error, StringComparison.Ordinal);
        var enrolment = Log.State(Root, Log.Enrolment("g0", Stranger));
        Assert.False(Manned.Apply(9, enrolment with { Genesis = other.Hash }).IsValid);
        var closed = enrolment with { Audience = Audience.Of("g0").Required() };
        Assert.Contains("is clear", Manned.Apply(9, closed).Error, StringComparison.Ordinal);
        Assert.Contains(
            "no decision", Manned.Apply(9, enrolment with { Expects = [new("x", null)] }).Error,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Manned.Apply(2, enrolment));
    }

    [Fact]
    public void A_leaf_is_applied_with_its_signature_alone_and_a_confidential_one_changes_nothing()
    {
        var statement = Log.State(Root, Log.Enrolment("g0", Stranger));
        var signed = SignedStatement.Sign(statement, Root);
        var confidential = new ConfidentialStatement(Merkle.EmptyRoot, Merkle.EmptyRoot).ToBytes();

        var after = Manned.Apply(9, new Leaf(signed.Statement, signed.Signature, default)).Required();
        Assert.Equal("g0", after.Find(Stranger.Key)!.Organisation);
        Assert.Null(Manned.Find(Stranger.Key));
        Assert.Equal(
            $"the signature of `{Root.Key}` does not hold",
            Manned.Apply(9, new Leaf(signed.Statement, Stranger.Sign("x"u8), default)).Error);
        Assert.Same(Manned, Manned.Apply(9, new Leaf(confidential, default, default)).Required());
        Assert.Same(Manned, Manned.Apply(9, Log.State(Desk, "report", new JsonValue.Nothing())).Required());
    }

    [Fact]
    public void A_roster_at_an_earlier_index_has_a_future_of_its_own()
    {
        var later = Apply(Manned, 9, Root, Log.Enrolment("g0", Stranger)).Required();
        var other = Apply(later.At(9), 9, Root, new KeyAct.Revoke(Desk.Key, 3)).Required();

        Assert.Null(other.Find(Stranger.Key));
        Assert.NotNull(later.Find(Stranger.Key));
        Assert.Null(other.At(3).Find(Desk.Key)!.RevokedAt);
        Assert.Null(later.At(2).Find(Desk.Key));
        Assert.Same(later, later.At(10));
        Assert.Equal(9, other.ChangedAt);
    }

    private static Parsed<Roster> Apply(Roster roster, long index, DeviceSigner author, KeyAct act) =>
        roster.Apply(index, Log.State(author, act));

    private static void Refused(Roster roster, DeviceSigner author, KeyAct act, string reason) => Assert.Contains(
        reason, Apply(roster, roster.ChangedAt + 7, author, act).Error, StringComparison.Ordinal);
}
