using System.Collections.Immutable;
using System.Globalization;
using Truce.Record;

namespace Truce.Mission;

/// <summary>What an incident's commands ask of what is there, and what they add to it.</summary>
internal static class IncidentGuards
{
    private const string Merged = "merged";
    private const string DuplicateOf = "duplicate-of";

    /// <summary>The most bytes of R that go to who knew: the earliest, as many as fit.</summary>
    private const int KnewBytesMax = 4_000;

    /// <summary>Whose reports stand for an incident: its own, and those of its duplicates.</summary>
    public static IEnumerable<string> Authors(Asking asking) =>
        Duplicates(asking.Fold, asking.Subject!).Prepend(asking.Subject!).SelectMany(Sides.Authors);

    /// <summary>Who is alleged in any report of an incident, and to whom it was attributed.</summary>
    public static IEnumerable<string> Alleged(Asking asking) =>
        Duplicates(asking.Fold, asking.Subject!).Prepend(asking.Subject!).SelectMany(s => Sides.Alleged(s)
            .Concat(Sides.Decision(s, "attribute")?.Words("parties") ?? []));

    /// <summary>The incidents that were marked as duplicates of one, and of those.</summary>
    public static IEnumerable<Subject> Duplicates(Fold fold, Subject incident)
    {
        if (!incident.Has("merge"))
        {
            yield break;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal) { incident.Id };
        var open = new Queue<Subject>([incident]);
        while (open.TryDequeue(out var here))
        {
            foreach (var id in here.All("merge").Select(m => m.Word(Merged)!).Order(StringComparer.Ordinal))
            {
                if (fold.Subjects.GetValueOrDefault(id) is { IsOpen: true } other && Stands(other) == here.Id
                    && seen.Add(id))
                {
                    yield return other;
                    open.Enqueue(other);
                }
            }
        }
    }

    /// <summary>The incident that stands for a duplicate; null where it stands for itself.</summary>
    public static string? Stands(Subject incident) => incident["progress"] == "duplicate"
        ? Sides.Decision(incident, "duplicate")?.Word(DuplicateOf) : null;

    /// <summary>What was hit is a notified movement or site.</summary>
    public static string? Object(Asking asking) =>
        Sides.WrongKind(asking.Act, "object", "movement") is null
            || Sides.WrongKind(asking.Act, "object", "site") is null ? null
            : $"`object` is a notified movement or site: {asking.Act.Word("object")} is none";

    public static string? Triage(Asking asking) => Sides.WithAlleged(asking, Alleged(asking), "triage it");

    public static string? Merge(Asking asking) =>
        asking.Act.Word(Merged) == asking.SubjectId ? "an incident is not listed with itself"
            : Sides.WrongKind(asking.Act, Merged, "incident");

    public static IEnumerable<Event> MergeBack(Asking asking) =>
        [Listed(asking.Act.Word(Merged) ?? asking.Act.Word(DuplicateOf)!, asking.SubjectId)];

    public static string? Duplicate(Asking asking)
    {
        var id = asking.Act.Word(DuplicateOf)!;
        if (asking.Fold.Subjects.GetValueOrDefault(id) is not { IsOpen: true, Machine.Name: "incident" } other)
        {
            return $"there is no incident {id} that its readers may read";
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var here = other; here is not null && seen.Add(here.Id); here = Next(asking.Fold, here))
        {
            if (here.Id == asking.SubjectId)
            {
                return other.Id == asking.SubjectId ? "an incident is no duplicate of itself"
                    : $"{other.Id} is a duplicate of this one";
            }
        }

        return Sides.WithAlleged(asking, Alleged(asking), "mark it as a duplicate");
    }

    public static string? SetOut(Asking asking) => NotApart(asking) ?? Unchanged(asking);

    public static string? Verify(Asking asking)
    {
        var (finding, why) = (asking.Act.Word("finding"), asking.Act.Word("why"));
        return NotApart(asking) ?? Unchanged(asking)
            ?? (finding == "unverifiable" && why is null ? "say `why` it is unverifiable"
                : finding != "unverifiable" && why is not null ? "`why` is said of what is unverifiable" : null);
    }

    public static string? Attribute(Asking asking)
    {
        const int several = 2;
        var (how, parties) = (asking.Act.Word("attribution"), asking.Act.Words("parties").Length);
        return NotApart(asking) ?? (how switch
        {
            "attributed" when parties != 1 => "`parties` names the one to whom it is attributed",
            "multiple" when parties < several => "`parties` names two or more",
            "undetermined" when parties > 0 => "`parties` is left out where it is undetermined",
            _ => null,
        });
    }

    /// <summary>
    /// Whose the last word over a breach is, the framework says. Before it, the case is reviewed in law, and not by
    /// those who are alleged.
    /// </summary>
    public static string? Decide(Asking asking)
    {
        var subject = asking.Subject!;
        var decides = asking.Act.Word("breach") == "decided";
        var book = Sides.Book(asking);
        var alleged = Alleged(asking).ToArray();
        return NotHis(asking, subject.Opening.Places)
            ?? (decides != asking.Act["is-breach"] is not null ? "`is-breach` says yes or no where it is decided, alone"
                : !subject.All("legal-review").Any(r => r.IsHere
                    && !alleged.Any(a => Sides.AreOne(book, a, r.Author) || Sides.AreOne(book, a, r.EnteredBy)))
                    ? "it is reviewed in law first, and not by who is alleged"
                : decides && subject["fact"] is not ("verified" or "partly")
                    ? $"its fact is {subject["fact"]}: a breach is decided on what was verified"
                : null);
    }

    public static IEnumerable<KeyValuePair<string, JsonValue>> AttributeAdds(Asking asking) =>
        Sides.OtherStandard(asking).Concat(Sides.FlagIf(asking.Subject!.NeedsReview("fact"), "under-review"));

    public static IEnumerable<KeyValuePair<string, JsonValue>> DecideAdds(Asking asking)
    {
        var (book, sides) = (Sides.Book(asking), Alleged(asking).Concat(Authors(asking)).ToArray());
        return Sides.FlagIf(Sides.Acting(asking).Any(a => sides.Any(s => Sides.AreOne(book, a, s))), "own-case")
            .Concat(Sides.FlagIf(
                asking.Subject!.NeedsReview("fact") || asking.Subject.NeedsReview("attribution"), "under-review"));
    }

    /// <summary>
    /// When the answer to the protest that waits falls due: as it states, where that was still to come when it was
    /// received; else, by the mission's term. A date that had passed is no time to answer.
    /// </summary>
    public static long ProtestDue(Subject subject, Terms terms)
    {
        var protest = Sides.Decision(subject, "protest")!.Value;
        return protest.Number("due") is { } due && due > protest.ReceivedAt ? due
            : protest.ReceivedAt + terms.ProtestAnswer;
    }

    public static string? Answer(Asking asking)
    {
        var asked = Sides.Decision(asking.Subject!, "protest")!.Value.Word("addressee")!;
        return Sides.NotAsked(asking, asked, Sides.Authors(asking.Subject!).Append(
            Sides.Decision(asking.Subject!, "protest")!.Value.EnteredBy));
    }

    public static IEnumerable<KeyValuePair<string, JsonValue>> AnswerAdds(Asking asking) => Sides.FlagIf(
        asking.Received.ReceivedAt > ProtestDue(asking.Subject!, asking.Fold.Terms), "late");

    public static string? Unanswered(Asking asking)
    {
        var due = ProtestDue(asking.Subject!, asking.Fold.Terms);
        return asking.Received.ReceivedAt > due ? null : $"the answer is due by {Sides.Text(due)}";
    }

    /// <summary>A case that is referred has no place and no hour here.</summary>
    public static string? Refer(Asking asking) => asking.Act.Places.IsEmpty
        && asking.Act.From == asking.Received.Statement.OccurredAt && asking.Act.Until == asking.Act.From
        ? null : "a referral states a number and a body: leave place and time out";

    /// <summary>Low is at most best, best at most high; no bands add up to more than there are.</summary>
    public static string? Numbers(Asking asking) => Numbers(asking.Act, "killed") ?? Numbers(asking.Act, "injured");

    /// <summary>
    /// Who had received the notice of the movement or site that was hit before it was, by the receipts that the
    /// audience may read.
    /// </summary>
    public static IEnumerable<KeyValuePair<string, JsonValue>> Knew(Asking asking)
    {
        const int names = 64;
        const int each = 64;
        if (asking.Act.Word("object") is not { } id
            || asking.Fold.Subjects.GetValueOrDefault(id) is not { IsOpen: true } hit)
        {
            return [];
        }

        var knew = Receipts.Knew(hit, asking.Act.From).OrderBy(k => k.Since)
            .ThenBy(k => k.Recipient, StringComparer.Ordinal).ThenBy(k => k.Unit, StringComparer.Ordinal)
            .Take(names).ToArray();
        knew = [.. knew.TakeWhile((_, i) => knew.Take(i + 1).Sum(k => Bytes(k.Recipient) + Bytes(k.Unit ?? "")
            + Bytes(k.Step.Author) + each) <= KnewBytesMax)];
        return knew.Length == 0 ? [] :
        [
            new("known-to", Texts(knew.Select(k => k.Unit is null ? k.Recipient : $"{k.Recipient}, {k.Unit}"))),
            new("known-at", Texts(knew.Select(k => Sides.Text(k.Since)))),
            new("known-word", Texts(knew.Select(k => k.Step.Author))),
            new("known-entries", Texts(knew.Select(k => k.Step.Entry.ToString(CultureInfo.InvariantCulture)))),
            new("known-since", new JsonValue.Number(knew[0].Since)),
        ];
    }

    public static IEnumerable<Due> Dues(Subject subject, Terms terms)
    {
        if (subject["progress"] == "reported")
        {
            yield return new Due("triage", "", subject.Opening.ReceivedAt + terms.Triage, "triage");
        }

        if (subject["progress"] == "triaged" && subject["fact"] == "open"
            && Sides.Decision(subject, "triage") is { } triage)
        {
            yield return new Due("verification sets out", "", triage.ReceivedAt + terms.Verification, "verification");
        }

        if (subject["protest"] == "sent")
        {
            yield return new Due("answer to protest", Sides.Decision(subject, "protest")!.Value.Word("addressee")!,
                ProtestDue(subject, terms), "protest-answer");
        }
    }

    private static int Bytes(string text) => 2 * System.Text.Encoding.UTF8.GetByteCount(text);

    private static string? NotApart(Asking asking) => Sides.NotApart(asking, Authors(asking), Alleged(asking));

    /// <summary>What was judged stays judged until something is added to it; whoever differs dissents.</summary>
    private static string? Unchanged(Asking asking) =>
        asking.Subject!["fact"] is "verified" or "partly" or "refuted" && !asking.Subject.NeedsReview("fact")
            ? "nothing was added since it was judged: dissent, or add evidence" : null;

    private static string? NotHis(Asking asking, ImmutableArray<string> places)
    {
        foreach (var place in places.IsEmpty ? [""] : places)
        {
            if (asking.NotHis(place, "settle", "interpret") is { } fault)
            {
                return fault;
            }
        }

        return null;
    }

    private static Subject? Next(Fold fold, Subject here) =>
        Stands(here) is { } id ? fold.Subjects.GetValueOrDefault(id) : null;

    private static Event Listed(string on, string incident) =>
        new("incident.merge", 1, on, [], [new(Merged, new JsonValue.Text(incident))]);

    private static string? Numbers(Act act, string what)
    {
        const int sexes = 3;
        var low = act.Number($"{what}-low");
        var best = act.Number($"{what}-best");
        var high = act.Number($"{what}-high");
        var most = high ?? best ?? low;
        var bands = Proof.BandNames.Select(b => act.Number($"{what}-{b}") ?? 0).ToArray();
        return low > best || best > high || low > high ? $"`{what}-low`, -best and -high rise"
            : bands[..sexes].Sum() > (most ?? 0) || bands[sexes..].Sum() > (most ?? 0)
                ? $"the bands of {what} add up to more than there are"
            : null;
    }

    private static JsonValue.Items Texts(IEnumerable<string> texts) =>
        new([.. texts.Select(t => new JsonValue.Text(t))]);
}
