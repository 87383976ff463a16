using System.Globalization;

namespace Truce.Mission.Tests;

/// <summary>
/// Crossings, counts, detention, use of force, complaints, own casualties and messages; what is overdue; the page of a
/// watch.
/// </summary>
internal sealed partial class ReportOracle
{
    private const long Day = 24 * World.Hour;

    private static readonly string[] Stages = ["sent", "delivered", "received", "acknowledged", "rejected", "acted"];

    private static readonly string[] Over = ["completed", "partly", "aborted", "withdrawn"];

    public IEnumerable<Counted> Crossings() =>
        from crossing in Standing("crossing.list")
        let last = InOrder(On(crossing, "state")).LastOrDefault(s => s.OccurredAt < _period.Until)
        select last is null ? new Counted(crossing.Word("crossing")!, " Blank", $"{crossing.Entry}")
            : new Counted(crossing.Word("crossing")!, $"{last.Word("status")} None {Source(last)}, "
                + Time(last.OccurredAt), $"{last.Entry}");

    /// <summary>Counts: of each source, by whoever says so, its latest of the period.</summary>
    public IEnumerable<Counted> Counts()
    {
        foreach (var count in Standing("count.open"))
        {
            var name = count.Word("indicator")!;
            var figures = On(count, "figure").Where(f => _period.Has(f.Number("as-of")!.Value)).ToArray();
            var (kept, hidden) = (figures.Where(f => !IsTooFine(f, count)).ToArray(),
                figures.Where(f => IsTooFine(f, count)).ToArray());
            var last = InOrder(kept).OrderBy(f => f.Number("as-of")).GroupBy(f => (f.Word("source"), f.Author))
                .Select(g => g.Last()).OrderBy(f => f.Word("source"), StringComparer.Ordinal)
                .ThenBy(f => f.Author, StringComparer.Ordinal).ToArray();
            var differ = last.Select(f => f.Number("value")).Where(v => v is not null).Distinct().Count() > 1;
            foreach (var f in last)
            {
                yield return new Counted($"{name}, {Source(f)}",
                    $"{f.Number("low")} {f.Number("value")} {f.Number("high")} "
                        + (f.Number("value") is null ? "Blank" : differ ? "Disputed" : "None"), $"{f.Entry}");
            }

            if (hidden.Length > 0)
            {
                yield return new Counted($"{name}: figures that are not repeated", $" {hidden.Length}  Blank",
                    Entries(hidden));
            }
            else if (last.Length == 0)
            {
                yield return new Counted(name, "   Blank", $"{count.Entry}");
            }
        }
    }

    /// <summary>Held now, without a recipient, without the ICRC, unaccounted for.</summary>
    public Counted[] Detention()
    {
        var all = Standing("detention.report").Select(Detained).Where(d => d.Words.Length > 0).ToArray();
        return all.Length == 0 ? [] :
        [
            new Counted("held now", Text(all.Sum(d => d.Held)), Entries(all.SelectMany(d => d.Words))),
            Reports("of those held, no lawful recipient is named", d => d.Held > 0 && d.Recipient is null),
            Reports("of those held, the ICRC was not told", d => d.Held > 0 && !d.IsTold),
            new Counted("held once, and neither held, released nor transferred", Text(all.Sum(d => d.Missing)),
                Entries(all.Where(d => d.Missing > 0).SelectMany(d => d.Words))),
        ];

        Counted Reports(string says, Func<(Played[] Words, long Held, long Missing, string? Recipient, bool IsTold),
            bool> which) => new(says, Text(all.Count(which)), Entries(all.Where(which).SelectMany(d => d.Words)));
    }

    public IEnumerable<Counted> ForceAndComplaints() => Each(
        from use in Standing("force-use.report").Where(u => _period.Has(u.At)).Select(u =>
            (Says: $"Use-of-force report: {Review(u)}", Opening: u)).Concat(Standing("complaint.lodge")
            .Where(c => _period.Has(c.At)).Select(c => (Says: $"Civilian complaint: {Answer(c)}", Opening: c)))
        from act in On(use.Opening)
        select (use.Says, act.Entry, Case: use.Opening));

    /// <summary>Own casualties that were released, then each report that a reader may read and that was not.</summary>
    public IEnumerable<Counted> Casualties()
    {
        var all = Standing("casualties.report").Where(c => _period.Has(c.At)).ToArray();
        string[] whats = ["killed", "injured", "missing"];
        foreach (var own in all.Where(c => c.Audience is null).GroupBy(c => c.Author)
            .OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            foreach (var what in whats)
            {
                yield return new Counted($"{own.Key}: {what}, released",
                    $"{own.Sum(c => On(c, "report", "correct").Last().Number(what))} None",
                    Entries(own.SelectMany(c => On(c))));
            }
        }

        foreach (var closed in all.Where(c => c.Audience is not null && On(c).Last().Command != "release"))
        {
            var isHeld = On(closed).Last() is { Command: not "inform" } last
                && last.Word("embargo") == "kin-not-informed";
            foreach (var what in whats)
            {
                yield return new Counted($"{closed.Author}: {what}, {closed.Id}",
                    $"{On(closed, "report", "correct").Last().Number(what)} {(isHeld ? "Embargo" : "None")}",
                    Entries(On(closed)));
            }
        }
    }

    public IEnumerable<Counted> Messages() => Each(
        from message in Openings("message.send").Concat(Openings("message.call"))
        where _period.Has(message.OccurredAt)
        from chain in Chains(message)
        from entry in new[] { message.Entry, chain.Step.Entry }
        let voice = chain.Step.Command == "call" ? $" by voice, by the word of {chain.Step.Author}" : ""
        select ($"{chain.To}: {chain.Stage}{voice}", entry, Case: message));

    /// <summary>What fell due before the period ended and did not come, earliest first.</summary>
    public IEnumerable<Counted> Overdue() => Dues().Where(d => d.At < _period.Until)
        .Select(d => new Counted(d.Says, Time(d.At), $"{d.Opening.Entry}"));

    /// <summary>What falls due within so many hours.</summary>
    public IEnumerable<Counted> DueWithin(int hours) =>
        Dues().Where(d => d.At >= _period.Until && d.At <= _period.Until + (hours * World.Hour))
            .Select(d => new Counted(d.Says, Time(d.At), $"{d.Opening.Entry}"));

    /// <summary>The watches that are open, the newest first.</summary>
    public Played[] Watches => [.. Openings("watch.open").Where(w =>
        On(w, "hand-over", "take-over", "close").LastOrDefault()?.Command != "close").Reverse()];

    /// <summary>What is held: since when at the earliest, by whom and where as last said.</summary>
    public IEnumerable<Counted> HeldNow() =>
        from movement in Standing("movement.notify")
        let holds = Movement(movement).Holds
        where holds.Count > 0
        let since = Math.Min(holds.Min(h => h.Number("since") ?? h.OccurredAt), _period.Until)
        select new Counted($"Held now: {movement.Id}", $"since {Time(since)}"
            + $"{(holds[^1].Word("at-point") is { } at ? $", at {at}" : "")} by {holds[^1].Word("by")}",
            $"{holds[^1].Entry}");

    public IEnumerable<Counted> Items(Played watch)
    {
        var open = new Dictionary<string, Played>();
        foreach (var step in InOrder(On(watch, "item", "done")))
        {
            if (step.Command == "done")
            {
                open.Remove(step.Word("item")!);
            }
            else if (step.Flag("open"))
            {
                open[step.Word("item")!] = step;
            }
        }

        return open.Values.OrderBy(i => i.OccurredAt).ThenBy(i => i.Word("item"), StringComparer.Ordinal)
            .Select(i => new Counted(i.Word("item")!, i.Word("owner") ?? "", $"{i.Entry}"));
    }

    public IEnumerable<Counted> Unacknowledged() =>
        from message in Openings("message.send").Concat(Openings("message.call")).OrderBy(m => m.Entry)
            .OrderBy(m => m.OccurredAt)
        where !IsClosed(message)
        from chain in Chains(message)
        where Array.IndexOf(Stages, chain.Stage) < 3
        let due = DueOf(message, chain.To)
        select new Counted($"{chain.To}: message, {message.Id}",
            $"{chain.Stage} {(due < _period.Until ? "Overdue" : "None")}", Entries([message, chain.Step]));

    /// <summary>What came since somebody took the watch over, or opened it, by subject.</summary>
    public IEnumerable<Counted> Changes(Played watch)
    {
        var since = On(watch, "take-over").LastOrDefault() ?? watch;
        var openings = _read.Where(a => a.IsApplied && Machines.All.Single(m => m.Name == a.Type.Split('.')[0])
            .Row(a.Command)!.Kind == RowKind.Opens && a != watch).ToArray();
        return from opening in openings
               let came = _read.Where(a => a.IsApplied && a.Entry > since.Entry && a.ReceivedAt < _period.Until
                   && (a == opening || a.Subject == opening.Id
                       || (a.Word("duplicate-of") ?? a.Word("merged")) == opening.Id)).ToArray()
               where came.Length > 0
               orderby came[0].Entry, opening.Id
               select new Counted(opening.Id, "", Entries(came));
    }

    private (Played[] Words, long Held, long Missing, string? Recipient, bool IsTold) Detained(Played report)
    {
        var (words, most, isOver) = (new List<Played>(), 0L, false);
        var (held, released, transferred, recipient, isTold) = (0L, 0L, 0L, (string?)null, false);
        foreach (var word in InOrder(On(report, "report", "count", "tell", "end")).Where(w => !IsTakenBack(w, report)))
        {
            if (word.Command is "count" or "end" && (isOver || word.Author != report.Author))
            {
                continue;
            }

            words.Add(word);
            isTold |= word.Flag("icrc-told") || word.Word("body") == "icrc";
            if (word.Command != "tell")
            {
                isOver |= word.Command == "end";
                held = word.Number("held") ?? 0;
                (released, transferred) =
                    (word.Number("released") ?? released, word.Number("transferred") ?? transferred);
                recipient = word.Word("recipient") ?? recipient;
                most = Math.Max(most, held + released + transferred);
            }
        }

        return ([.. words], held, most - held - released - transferred, recipient, isTold);
    }

    private string Review(Played use) => On(use, "receive", "review", "refer", "close", "reopen").LastOrDefault()
        ?.Command switch
    {
        null => "reported",
        "receive" or "reopen" => "received",
        "review" => "reviewed",
        "refer" => "referred",
        _ => "closed",
    };

    private string Answer(Played complaint) => On(complaint, "acknowledge", "examine", "answer", "unanswered", "reopen")
        .LastOrDefault()?.Command switch
    {
        null => "lodged",
        "acknowledge" or "reopen" => "acknowledged",
        "examine" => "examined",
        "answer" => "answered",
        _ => "unanswered",
    };

    /// <summary>
    /// A public figure of movements or incidents that is of less than whole weeks and sectors, or came too early.
    /// </summary>
    private static bool IsTooFine(Played figure, Played count)
    {
        static bool IsMonday(long at) => DateTimeOffset.FromUnixTimeMilliseconds(at + (3 * World.Hour))
            is { DayOfWeek: DayOfWeek.Monday, TimeOfDay.Ticks: 0 };
        var (from, until) = figure.Window;
        return count.Audience is null && count.Word("of") is "movements" or "incidents"
            && (from == until || !IsMonday(from) || !IsMonday(until) || figure.Words("place") is not ["north"]
                || figure.ReceivedAt < until + (3 * Day)
                || figure.ReceivedAt < figure.Number("as-of") + (3 * Day));
    }

    private IEnumerable<(string To, string Stage, Played Step)> Chains(Played message) =>
        from to in message.Words("to").Concat(On(message, "escalate").SelectMany(e => e.Words("to"))).Distinct()
        let first = message.Command == "call" ? 3 : 0
        let furthest = InOrder(On(message)).Where(s => s.Word("recipient") == to)
            .Select(s => (Step: s, At: Array.IndexOf(["", "deliver", "receive", "acknowledge", "reject", "act"],
                s.Command))).Where(s => s.At > first && (s.At < 3 || s.Step.Author == to))
            .GroupBy(s => s.At).MaxBy(g => g.Key)?.First()
        select (to, Stages[furthest?.At ?? first], furthest?.Step ?? message);

    /// <summary>Whether anybody closed a message who does not wait for himself.</summary>
    private bool IsClosed(Played message) => On(message, "close").Any(c => c.Author == message.Author
        || !On(message).SelectMany(m => m.Words("to")).Contains(c.Author));

    private long DueOf(Played message, string to) => (On(message, "escalate").LastOrDefault(r =>
        r.Words("to").Contains(to) && r.Author != to) ?? message).ReceivedAt
        + (message.Word("urgency") == "urgent" ? World.Hour / 12 : 4 * World.Hour);

    private long Term(string term) => Openings("terms.declare").Last(t => t.Word("term") == term).Number("minutes")!
        .Value * 60_000;

    /// <summary>Where a movement stands, and what says that it is held, where it is.</summary>
    private (string State, List<Played> Holds) Movement(Played movement)
    {
        var (state, holds) = ("scheduled", new List<Played>());
        foreach (var (step, to) in Way(movement))
        {
            (state, holds) = (to, to == "holding" ? [.. holds, step] : []);
        }

        return (state, holds);
    }

    private IEnumerable<(string Says, long At, Played Opening)> Dues() => (
        from opening in _read.Where(a => a.IsApplied && !IsContinued(a))
        from due in opening.Type switch
        {
            "message.send" or "message.call" => IsClosed(opening) ? [] : Chains(opening)
                .Where(c => Array.IndexOf(Stages, c.Stage) < 3)
                .Select(c => ($"acknowledgement, {c.To}", DueOf(opening, c.To))),
            "movement.notify" => Over.Contains(Movement(opening).State) ? [] : MovementDues(opening),
            "site.notify" => On(opening, "withdraw").Any(w => w.Author == opening.Author) ? []
                : ReceiptDues(opening).Append(($"revalidation, {opening.Author}", opening.OccurredAt + (30 * Day))),
            "incident.report" => IncidentDues(opening),
            "force-use.report" => Review(opening) is not ("reported" or "received") ? []
                : [($"review{Of(opening.Word("reviewer"))}", (On(opening, "reopen").LastOrDefault() ?? opening)
                    .ReceivedAt + Term("use-of-force-review"))],
            "complaint.lodge" => Answer(opening) is "answered" or "unanswered" ? []
                : [($"answer to complaint{Of(opening.Word("addressee"))}", (On(opening, "reopen").LastOrDefault()
                    ?? opening).ReceivedAt + Term("complaint-answer"))],
            "casualties.report" => CasualtyDues(opening),
            _ => (IEnumerable<(string, long)>)[],
        }
        orderby due.Item2, opening.Id
        select ($"{opening.Id}: {due.Item1}", due.Item2, opening));

    private IEnumerable<(string, long)> MovementDues(Played movement)
    {
        var (asks, decided) = (movement.Word("mode") == "needs-clearance",
            On(movement, "decide", "no-answer").LastOrDefault());
        return ReceiptDues(movement)
            .Concat(asks && decided is null ? [("decision", movement.ReceivedAt + (2 * Day))] : [])
            .Concat(decided?.Word("decision") == "approved"
                ? [("approval expires", decided.OccurredAt + (20 * Day))] : []);
    }

    private IEnumerable<(string, long)> ReceiptDues(Played notice) =>
        from recipient in notice.Words("recipients")
        where !On(notice, "acknowledge").Any(a => a.Word("recipient") == recipient && a.Author == recipient)
        select ($"acknowledgement, {recipient}", notice.ReceivedAt + (4 * World.Hour));

    private IEnumerable<(string, long)> IncidentDues(Played incident)
    {
        var (triaged, protest) = (On(incident, "triage").LastOrDefault(), Protest(incident));
        return (Progress(incident) == "reported" ? [("triage", incident.ReceivedAt + Day)]
                : Progress(incident) == "triaged" && Fact(incident) == "open"
                    ? [("verification sets out", triaged!.ReceivedAt + Day)] : Array.Empty<(string, long)>())
            .Concat(protest?.Command == "protest"
                ? [("answer to protest, idf", protest.ReceivedAt + Term("protest-answer"))] : []);
    }

    /// <summary>Kin are to be informed of since an embargo began, however often it was corrected since.</summary>
    private IEnumerable<(string, long)> CasualtyDues(Played casualties)
    {
        var held = On(casualties).Reverse().TakeWhile(a => a.Word("embargo") == "kin-not-informed").ToArray();
        return held.Length == 0 ? []
            : [($"kin informed, {casualties.Author}", held[^1].OccurredAt + Term("kin-informed"))];
    }

    private static string Source(Played word) => word.Author == word.Word("source") ? word.Author
        : $"{word.Word("source")}, by the word of {word.Author}";

    private static string Of(string? whom) => whom is null ? "" : $", {whom}";

    private static string Time(long at) => DateTimeOffset.FromUnixTimeMilliseconds(at)
        .ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);
}
