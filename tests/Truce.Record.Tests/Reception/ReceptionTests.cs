namespace Truce.Record.Tests;

public sealed class ReceptionTests
{
    private const long Noon = ReceptionWorld.Noon;

    [Fact]
    public void A_statement_of_an_enrolled_key_is_recorded_and_its_receipt_names_the_leaf()
    {
        var world = new ReceptionWorld();
        var report = world.Report("post 1");
        var receipt = world.Recorded(report, Noon + 500);

        Assert.Equal((2, Noon + 500), (receipt.Index, receipt.ReceivedAt));
        Assert.Equal(Digest.Of(report.Statement.Span), receipt.Statement);
        Assert.Equal(Merkle.Leaf(world.Leaf(2).ToBytes()), receipt.Leaf);
        Assert.Equal(report.Statement.ToArray(), world.Leaf(2).Statement.ToArray());
        var outcome = world.Outcome(2);
        Assert.Equal((Noon + 500, 2L, OutcomeKind.Applied), (outcome.ReceivedAt, outcome.Fold, outcome.Kind));
    }

    [Fact]
    public void The_same_statement_gets_the_original_receipt_also_after_a_restart()
    {
        var world = new ReceptionWorld();
        var report = world.Report("post 1");
        var first = world.Recorded(report);
        var again = world.Recorded(report, Noon + 9_000);
        world.Restart();

        Assert.Equal(first, again);
        Assert.Equal(first, world.Recorded(report, Noon + 99_000));
        Assert.Equal(3, world.Log.Size);
    }

    [Fact]
    public void Two_equal_statements_in_one_write_are_one_entry()
    {
        var world = new ReceptionWorld();
        var report = world.Report("post 1");
        var answers = world.Reception.Take([report, report], Noon).Cast<Answer.Recorded>().ToArray();

        Assert.Equal([true, false], answers.Select(a => a.IsNew));
        Assert.Equal(answers[0].Receipt, answers[1].Receipt);
        Assert.Equal(3, world.Log.Size);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Another_statement_with_the_same_key_and_id_is_kept_as_equivocation(bool afterRestart)
    {
        var world = new ReceptionWorld();
        var draft = world.Draft("post 1");
        var first = world.Pen("post 1").Sign(draft);
        var second = world.Pen("post 1").Sign(draft with { Act = ReceptionWorld.Json("""{"code":8}""") });
        world.Recorded(first);
        if (afterRestart)
        {
            world.Restart();
        }

        var index = world.Recorded(second).Index;
        var outcome = world.Outcome(index);
        Assert.Equal(OutcomeKind.Inapplicable, outcome.Kind);
        Assert.Equal(Digest.Of(first.Statement.Span), outcome.Equivocates);
    }

    [Fact]
    public void Equivocation_within_one_write_is_seen_too()
    {
        var world = new ReceptionWorld();
        var draft = world.Draft("post 1");
        var first = world.Pen("post 1").Sign(draft);
        var second = world.Pen("post 1").Sign(draft with { Act = ReceptionWorld.Json("""{"code":8}""") });
        world.Reception.Take([first, second], Noon);

        Assert.Equal(Digest.Of(first.Statement.Span), world.Outcome(3).Equivocates);
    }

    [Fact]
    public void Received_at_never_decreases_whatever_the_clock_says()
    {
        var world = new ReceptionWorld();
        var times = new[] { 5_000L, 3_000, 3_000, 9_000, 0 }
            .Select(t => world.Recorded(world.Report("post 1"), Noon + t).ReceivedAt - Noon);

        Assert.Equal([5_000L, 5_000, 5_000, 9_000, 9_000], times);
        world.Restart();
        Assert.Equal(9_000, world.Recorded(world.Report("post 1"), Noon).ReceivedAt - Noon);
    }

    [Fact]
    public void What_is_refused_gets_a_signed_refusal_that_names_it_and_says_when_to_resend()
    {
        var world = new ReceptionWorld();
        var good = world.Report("post 1");
        var draft = world.Draft("post 1");
        var stranger = Some.Device("stranger");
        var strange = SignedStatement.Sign(draft with { Key = stranger.Key }, stranger);
        (Submission Sent, RefusalReason Reason, bool IsFinal)[] cases =
        [
            (good with { Statement = Some.Bytes("{}") }, RefusalReason.Form, true),
            (good with { Signature = new byte[64] }, RefusalReason.Signature, true),
            (good with { Signature = new byte[4_001] }, RefusalReason.Form, true),
            (world.Pen("post 1").Sign(draft with { Origin = "other.example" }), RefusalReason.Log, true),
            (world.Pen("post 1").Sign(draft with { Genesis = default }), RefusalReason.Log, true),
            (new Submission(strange.Statement, strange.Signature), RefusalReason.Access, false),
            (world.Confide("post 1") with { Ciphertext = null, Wraps = null }, RefusalReason.Body, true),
            (world.Confide("post 1") with { Wraps = new byte[3] }, RefusalReason.Body, true),
            (world.Confide("post 1") with { Ciphertext = new byte[1_040] }, RefusalReason.Signature, true),
            (good with { Bodies = [new(new byte[40], null)] }, RefusalReason.Body, true),
        ];
        var size = world.Log.Size;
        foreach (var (sent, reason, isFinal) in cases)
        {
            var refusal = world.Refused(sent, Noon);
            Assert.Equal((reason, isFinal), (refusal.Reason, refusal.ResendAt is null));
            Assert.Equal(Digest.Of(sent.Statement.Span), refusal.Statement);
        }

        Assert.Equal(size, world.Log.Size);
        world.Recorded(good);
    }

    [Fact]
    public void A_full_disk_never_makes_a_statement_one_that_is_never_taken()
    {
        var world = new ReceptionWorld();
        var sent = world.Confide("post 1");
        world.BodyDisk.FaultThrows = () => new IOException("No space left on device : '/srv/secret/place'");
        world.BodyDisk.FaultAfter = 0;

        var refusal = world.Refused(sent, Noon);

        Assert.Equal(RefusalReason.Stopped, refusal.Reason);
        Assert.Equal(Noon + Record.Reception.FullMilliseconds, refusal.ResendAt);
        Assert.DoesNotContain("secret", refusal.Words, StringComparison.Ordinal);
    }

    [Fact]
    public void Past_its_limit_a_key_is_told_when_to_send_again_and_the_hour_lists_it()
    {
        var world = new ReceptionWorld(
            new Machines { HasReserve = type => type == "movement.medical" },
            new SendingLimits { Key = new(Burst: 2, PerMinute: 1) });
        world.Recorded(world.Report("post 1"));
        world.Recorded(world.Report("post 1"));
        var late = world.Report("post 1");
        var refusal = world.Refused(late);

        Assert.Equal((RefusalReason.Limit, Noon + 60_000), (refusal.Reason, refusal.ResendAt));
        world.Recorded(world.Pen("post 1").Sign(world.Draft("post 1", "movement.medical")));
        var act = Assert.Single(world.Reception.Refusals());
        Assert.Contains(Digest.Of(late.Statement.Span).ToString(), Text(act), StringComparison.Ordinal);
        world.Recorded(late, Noon + 60_000);
    }

    /// <summary>An operator that falls, or whose program runs once an hour, still owes the list.</summary>
    [Fact]
    public void What_was_refused_is_owed_over_a_restart_until_an_entry_of_the_operator_lists_it()
    {
        var world = new ReceptionWorld(new Machines { FormFault = s => s.Type == "bad" ? "no such act" : null })
        {
            Snapshots = new SimulatedDisk(new Random(9)),
        };
        world.Restart();
        Submission Bad(string device) => world.Pen(device).Sign(world.Draft(device, "bad"));
        var (first, second) = (Bad("post 1"), Bad("post 1"));
        var hidden = world.Pen("post 1").Seal(
            world.Draft("post 1", "bad") with { Audience = Audience.Of("g0").Required() },
            [new("g0", 0, Founded.Reading), new(Audience.Operator, 0, Founded.Reading)],
            Parties.Randoms("hidden", recipients: 2));
        world.Refused(first);
        world.Refused(hidden);
        world.Restart();
        world.Refused(second);
        world.Snapshots.Bytes("refused")[^1] = (byte)'x'; // the last line was cut by a fall
        world.Restart();
        var owed = Assert.Single(world.Reception.Refusals());
        world.Pen("operator's", role: EnrolledKey.OperatorRole);
        Submission List(string device, JsonValue act) =>
            world.Pen(device).Sign(world.Draft(device, RefusalList.Type) with { Act = act });

        Assert.Equal(
            $$"""{"more":0,"refused":[{"key":"{{world.Device("post 1").Key}}","statement":"{{Hash(first)}}"},"""
            + $$"""{"key":null,"statement":"{{Hash(hidden)}}"}]}""", Text(owed));
        world.Recorded(List("post 1", owed)); // nobody else discharges the operator
        Assert.Single(world.Reception.Refusals());
        world.Refused(second);
        world.Recorded(List("operator's", owed));
        Assert.Contains(Hash(second), Text(Assert.Single(world.Reception.Refusals())), StringComparison.Ordinal);
        world.Restart();
        Assert.Contains(Hash(second), Text(Assert.Single(world.Reception.Refusals())), StringComparison.Ordinal);
        world.Recorded(List("operator's", world.Reception.Refusals()[0]));
        world.Restart();
        Assert.Empty(world.Reception.Refusals());
    }

    /// <summary>What only claims to come of an enrolled key is not listed: anybody could fill the list.</summary>
    [Fact]
    public void The_hour_lists_each_refusal_to_an_enrolled_key_whatever_its_reason_and_no_other()
    {
        var world = new ReceptionWorld(new Machines { FormFault = s => s.Type == "bad" ? "no such act" : null });
        var bad = world.Pen("post 1").Sign(world.Draft("post 1", "bad"));
        var extra = world.Report("post 1") with { Bodies = [new(new byte[40], null)] };
        var hidden = world.Confide("post 1");
        var blind = world.Pen("post 1").Seal(
            world.Draft("post 1") with { Audience = Audience.Of("g1").Required() },
            [new("g1", 0, Founded.Reading), new(Audience.Operator, 0, Founded.Reading)],
            Parties.Randoms("blind", recipients: 2));
        var full = world.Report("post 1");
        world.Reception.Full(world.Reception.Check(full, Noon));
        Submission[] listed = [bad, extra, blind, full];
        Submission[] others =
        [
            world.Report("post 1") with { Signature = new byte[64] }, hidden with { Ciphertext = new byte[1_040] },
            hidden with { Wraps = new byte[3] },
        ];
        foreach (var sent in listed[..3].Concat(others))
        {
            world.Refused(sent);
        }

        var text = Text(Assert.Single(world.Reception.Refusals()));
        Assert.All(listed, s => Assert.Contains($"{Digest.Of(s.Statement.Span)}", text, StringComparison.Ordinal));
        Assert.All(others, s =>
            Assert.DoesNotContain($"{Digest.Of(s.Statement.Span)}", text, StringComparison.Ordinal));
    }

    [Fact]
    public void A_device_s_clear_statements_name_the_clear_one_before_and_its_confidential_ones_the_confidential()
    {
        var world = new ReceptionWorld();
        Submission[] sent =
        [
            world.Report("post 1"), world.Confide("post 1"), world.Report("post 1"), world.Confide("post 1"),
        ];
        Assert.All(sent, s => world.Recorded(s));

        var hash = sent.Select(s => Digest.Of(s.Statement.Span)).ToArray();
        Assert.Equal(hash[0], Statement.Parse(sent[2].Statement.Span).Required().Previous);
        var chains = world.Reception.Chains.All.Where(c => c.Key == world.Device("post 1").Key).ToArray();
        Assert.Equal([(true, 2L, 0, 0L), (false, 2L, 0, 0L)],
            chains.Select(c => (c.IsClear, c.Chain.Count, c.Chain.Missing, c.Chain.Repeated)));
        Assert.Equal([hash[2], hash[3]], chains.Select(c => c.Chain.Last!.Value));
    }

    /// <summary>The same device, the same id, two logs: neither replays into the other, nor disturbs it.</summary>
    [Fact]
    public void An_exercise_never_replays_into_a_mission_and_its_ids_are_free_there()
    {
        var exercise = new ReceptionWorld();
        var mission = new ReceptionWorld(founded: new Founded(origin: "truce.example/mission"));
        Assert.True(exercise.Founded.Genesis.IsExercise && !mission.Founded.Genesis.IsExercise);
        var (played, real) = (exercise.Draft("post 1"), mission.Draft("post 1"));
        var inExercise = exercise.Pen("post 1").Sign(played);
        exercise.Recorded(inExercise);

        Assert.Equal(RefusalReason.Log, mission.Refused(inExercise).Reason);
        // The wraps of a confidential one are bound to the exercise: it does not even open.
        Assert.Equal(RefusalReason.Signature, mission.Refused(exercise.Confide("post 1")).Reason);
        Assert.Equal(RefusalReason.Log, mission.Refused(
            exercise.Rooted("g1", exercise.Founded.Enrolment("g1", Some.Device("other")))).Reason);
        // An act from the exercise that somebody signs again for the mission proves nothing there.
        var replayed = mission.Rooted("g1", exercise.Founded.Enrolment("g1", Some.Device("other")));
        Assert.Equal(OutcomeKind.Inapplicable, mission.Outcome(mission.Recorded(replayed).Index).Kind);
        // And a real act with the id of one that was played is the first of its id.
        var index = mission.Recorded(mission.Pen("post 1").Sign(real with { Id = played.Id })).Index;
        Assert.Null(mission.Outcome(index).Equivocates);
        Assert.Equal(OutcomeKind.Applied, mission.Outcome(index).Kind);
    }

    [Fact]
    public void A_late_act_of_a_revoked_key_is_kept_unauthenticated()
    {
        var world = new ReceptionWorld();
        var late = world.Report("post 1");
        world.Recorded(world.Rooted("g0", new KeyAct.Revoke(world.Device("post 1").Key, Since: 1)));
        var outcome = world.Outcome(world.Recorded(late).Index);

        Assert.True(outcome.IsUnauthenticated);
        Assert.Equal(OutcomeKind.Inapplicable, outcome.Kind);
    }

    [Fact]
    public void An_act_on_keys_that_does_not_hold_is_kept_and_changes_nothing()
    {
        var world = new ReceptionWorld();
        var device = Some.Device("somebody's");
        var forged = world.Founded.Enrolment("g1", device);
        var index = world.Recorded(world.Rooted("g0", forged)).Index;

        Assert.Equal(OutcomeKind.Inapplicable, world.Outcome(index).Kind);
        Assert.NotNull(world.Outcome(index).Why);
        Assert.Null(world.Reception.Roster.Find(device.Key));
    }

    [Fact]
    public void What_a_confidential_step_names_is_durable_before_its_frame_and_the_operator_reads_it_again()
    {
        var seen = new List<(long, string?, OutcomeKind?)>();
        var machines = new Machines
        {
            Begin = audience => new MachineFold(
                3,
                r => new Judgement(OutcomeKind.Applied, null, [r.Statement.Act], null, null),
                (r, o) => seen.Add((r.Index, Text(r.Statement.Act), o?.Kind)),
                (_, _, _) => { }),
        };
        var world = new ReceptionWorld(machines);
        var index = world.Recorded(world.Confide("post 1")).Index;
        var leaf = world.Leaf(index);
        var (s, r) = (ConfidentialStatement.Parse(leaf.Statement.Span).Required(),
            ConfidentialOutcome.Parse(leaf.Outcome.Span).Required());

        Assert.All([s.CiphertextHash, r.CiphertextHash], h => Assert.NotNull(Bodies.Get(world.BodyDisk, h)));
        Assert.DoesNotContain("code", System.Text.Encoding.UTF8.GetString(leaf.ToBytes()), StringComparison.Ordinal);
        world.Disk.Restart(powerLoss: true);
        world.BodyDisk.Restart(powerLoss: true);
        seen.Clear();
        world.Restart();
        Assert.Equal([(index, """{"code":7}""", OutcomeKind.Applied)], seen);
    }

    [Fact]
    public void What_a_confidential_step_attaches_is_noted_for_mirrors_and_again_at_a_start_that_misses_it()
    {
        var world = new ReceptionWorld();
        var body = Attached.Body(Parties.Hash("salt"), "a route"u8);
        var named = new Attached(Attached.CommitTo(body), CiphertextHash: null);
        world.Pen("post 1");
        var step = world.Pen("post 1").Seal(
            world.Draft("post 1") with { Audience = Audience.Of("g0").Required(), Attached = [named] },
            [new("g0", 0, Founded.Reading), new(Audience.Operator, 0, Founded.Reading)],
            Parties.Randoms("attached", recipients: 2), new SubmittedBody(body, Wraps: null));
        var index = world.Recorded(step).Index;
        var hash = ConfidentialStatement.Parse(world.Leaf(index).Statement.Span).Required().CiphertextHash;
        var file = $"names-{hash.ToHex()}";
        BodyReport Checked()
        {
            var check = new BodyCheck(world.BodyDisk);
            check.Take(index, world.Leaf(index));
            return check.Finish();
        }

        Assert.Equal([named.Hash], Bodies.Names(world.BodyDisk, hash)!);
        Assert.Empty(Checked().Notes);
        world.BodyDisk.Bytes(file)[3] ^= 1;
        Assert.Contains("is not noted for mirrors", Assert.Single(Checked().Notes), StringComparison.Ordinal);
        world.Restart();
        Assert.Equal([named.Hash], Bodies.Names(world.BodyDisk, hash)!);
        world.BodyDisk.Delete(file);
        world.Restart();
        Assert.Equal([named.Hash], Bodies.Names(world.BodyDisk, hash)!);
    }

    [Fact]
    public void Without_the_reading_key_confidential_acts_wait_and_clear_ones_do_not()
    {
        var world = new ReceptionWorld(hasReadingKey: false);
        var refusal = world.Refused(world.Confide("post 1"));

        Assert.Equal((RefusalReason.Stopped, Noon + 60_000), (refusal.Reason, refusal.ResendAt));
        world.Recorded(world.Report("post 1"));
    }

    [Fact]
    public void Gaps_and_repetitions_of_a_device_are_shown_and_nothing_is_refused_for_them()
    {
        var world = new ReceptionWorld();
        var sent = Enumerable.Range(0, 5).Select(_ => world.Report("post 1")).ToArray();
        world.Recorded(sent[0]);
        world.Recorded(sent[2]);
        world.Recorded(sent[4]);
        DeviceChains.Chain Chain() => world.Reception.Chains.All
            .Single(c => c.Key == world.Device("post 1").Key && c.IsClear).Chain;

        Assert.Equal((3L, 2, 0L), (Chain().Count, Chain().Missing, Chain().Repeated));
        world.Recorded(sent[3]);
        world.Recorded(sent[1]);
        Assert.Equal((5L, 0), (Chain().Count, Chain().Missing));

        var copy = new Pen(world.Device("post 1"), world.Founded.Founding, Digest.Of(sent[0].Statement.Span));
        world.Recorded(copy.Sign(world.Draft("post 1") with { Previous = Digest.Of(sent[0].Statement.Span) }));
        Assert.True(Chain().Repeated > 0);
    }

    /// <summary>Whatever a machine says, the act is kept: a rule never refuses.</summary>
    [Theory]
    [InlineData(OutcomeKind.Conflicting)]
    [InlineData(OutcomeKind.Inapplicable)]
    public void A_stale_or_impossible_act_is_kept_with_its_reason(OutcomeKind kind)
    {
        var machines = new Machines
        {
            Begin = _ => MachineFold.None with
            {
                Judge = _ => new Judgement(kind, "decided again since", [], null, null),
            },
        };
        var world = new ReceptionWorld(machines);
        var outcome = world.Outcome(world.Recorded(world.Report("post 1")).Index);

        Assert.Equal((kind, "decided again since"), (outcome.Kind, outcome.Why));
    }

    [Fact]
    public void A_device_that_wraps_something_else_for_one_of_its_audience_takes_nobodys_reading_away()
    {
        var world = new ReceptionWorld();
        var stranger = new ReadingKey(new byte[32].Select((_, i) => (byte)(i + 1)).ToArray());
        var draft = world.Draft("post 1") with { Audience = Audience.Of("g0").Required() };
        var hostile = world.Pen("post 1").Seal(
            draft, [new("g0", 0, stranger.Public), new(Audience.Operator, 0, Founded.Reading)],
            Parties.Randoms("hostile", recipients: 2));
        var index = world.Recorded(hostile).Index;
        var s = ConfidentialStatement.Parse(world.Leaf(index).Statement.Span).Required();
        var opened = Seal.Open(
            s, world.Leaf(index).Signature.Span, world.Founded.Hash, Bodies.Get(world.BodyDisk, s.CiphertextHash),
            Bodies.Wraps(world.BodyDisk, s.CiphertextHash)!, new Reader("g0", ReceptionWorld.ReadingKey));

        Assert.Null(opened.Error);
        Assert.Equal(index, world.Recorded(hostile).Index);
    }

    [Fact]
    public void Nothing_of_a_stranger_is_stored()
    {
        var world = new ReceptionWorld();
        var stranger = Some.Device("stranger");
        var body = Attached.Body(new byte[32], "a photograph"u8);
        var draft = world.Draft("post 1") with
        {
            Key = stranger.Key,
            Attached = [new Attached(Attached.CommitTo(body), CiphertextHash: null)],
        };
        var signed = SignedStatement.Sign(draft, stranger);
        var refusal = world.Refused(new Submission(signed.Statement, signed.Signature) with
        {
            Bodies = [new SubmittedBody(body, Wraps: null)],
        });

        Assert.Equal(RefusalReason.Access, refusal.Reason);
        Assert.Empty(world.BodyDisk.Names());
    }

    [Fact]
    public void One_organisation_opens_only_so_many_audiences()
    {
        var world = new ReceptionWorld(limits: new SendingLimits { Key = new(Burst: 10_000, PerMinute: 1) });
        string[] readers = [.. Enumerable.Range(0, 6).Select(i => $"reader{i}")];
        foreach (var reader in readers)
        {
            var admit = new KeyAct.Admit(reader, Some.Device($"root of {reader}").Key, Sponsor: null, Founded.Reading);
            world.Recorded(world.Rooted("g0", world.Founded.Approved(admit, "g0", "g1")));
        }

        Submission To(int set)
        {
            var names = readers.Where((_, i) => (set >> i & 1) == 1).ToArray();
            var draft = world.Draft("post 1") with { Audience = Audience.Of(names).Required() };
            Recipient[] to =
            [
                .. names.Order(StringComparer.Ordinal).Select(n => new Recipient(n, 0, Founded.Reading)),
                new(Audience.Operator, 0, Founded.Reading),
            ];
            return world.Pen("post 1").Seal(draft, to, Parties.Randoms($"to {set}", to.Length));
        }

        for (var set = 1; set <= Reception.NewAudiencesMax; set++)
        {
            world.Recorded(To(set));
        }

        Assert.Equal(RefusalReason.Limit, world.Refused(To(Reception.NewAudiencesMax + 1)).Reason);
        world.Recorded(To(1));
        world.Recorded(world.Report("post 1"));
    }

    [Fact]
    public void The_list_of_refusals_does_not_name_the_author_of_a_confidential_statement()
    {
        var world = new ReceptionWorld(limits: new SendingLimits { Key = new(Burst: 1, PerMinute: 1) });
        world.Recorded(world.Report("post 1"));
        var confided = world.Confide("post 1");
        world.Refused(confided);
        var act = Text(Assert.Single(world.Reception.Refusals()));

        Assert.Contains(Digest.Of(confided.Statement.Span).ToString(), act, StringComparison.Ordinal);
        Assert.DoesNotContain(world.Device("post 1").Key.ToString(), act, StringComparison.Ordinal);
    }

    private static string Hash(Submission sent) => Digest.Of(sent.Statement.Span).ToString();

    private static string Text(JsonValue json) => System.Text.Encoding.UTF8.GetString(CanonicalJson.Write(json));
}
