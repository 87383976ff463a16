using System.Globalization;

namespace Truce.Mission.Tests;

/// <summary>
/// Which reports are one incident, whom they name, what of it each source counts, and whether all were treated alike.
/// </summary>
internal sealed partial class ReportOracle
{
    private static readonly string[] Facts =
        ["open", "under-verification", "verified", "partly", "refuted", "unverifiable"];

    private static readonly string[] Bands =
        ["female", "male", "sex-unknown", "under-5", "5-to-17", "18-to-59", "60-and-over", "age-unknown"];

    private static readonly string[] Whats = ["killed", "injured"];

    /// <summary>The reports of the period that another incident stands for.</summary>
    public Played[] Duplicates => [.. Reported.Where(r => Progress(r) == "duplicate")];

    /// <summary>The incidents that count more than one report.</summary>
    public Played[] Several => [.. Incidents.Where(i => Parts(i).Count() > 1)];

    public IEnumerable<Counted> Kinds() => Each(
        from incident in Incidents
        let fact = Fact(incident)
        let says = IsVerified(incident) ? "verified" : fact is "refuted" or "unverifiable" ? fact : "reported"
        from act in Said(incident).Where(a => a.Word("kind") is not null).TakeLast(1).Append(incident)
            .Concat(On(incident, "set-out", "verify").TakeLast(1))
        select ($"{KindOf(incident)}: {says}", act.Entry, Case: incident));

    public IEnumerable<Counted> Referred() =>
        from refer in Incidents.SelectMany(Parts).SelectMany(p => On(p, "refer"))
        group refer by refer.Word("body")! into all
        orderby all.Key
        select new Counted($"to {all.Key}", Text(all.Sum(r => r.Number("cases")!.Value)), Entries(all));

    public IEnumerable<Counted> Followed() => Each(
        from step in Incidents.SelectMany(Parts).SelectMany(p => On(p))
        let what = step.Command switch
        {
            "protest" => "protest to idf",
            "answer" => $"answer by idf: reject{(IsLate(step) ? ", late" : "")}",
            "unanswered" => "protest not answered in time",
            "measure" => "measure: apology",
            "close" => "closed: settled",
            "reopen" => "reopened: appeal",
            "correction" => step.Flag("retracts") ? "word retracted" : "word corrected",
            "refer" => $"cases referred to {step.Word("body")}, and not recorded here",
            _ => null,
        }
        where what != null
        select (what, step.Entry));

    /// <summary>What was hit: each object once an incident, with who had its notice before.</summary>
    public IEnumerable<Counted> Hits() => Each(
        from incident in Incidents
        from hit in Parts(incident).SelectMany(p => On(p, "report", "amend").Where(a => a == p || !IsTakenBack(a, p)))
            .Where(a => a.Word("object") is not null).GroupBy(a => a.Word("object"))
        let receipts = hit.SelectMany(Receipts).ToArray()
        from entry in hit.Concat(receipts).Select(a => a.Entry)
        select ($"{KindOf(incident)}, a movement: "
            + (receipts.Length > 0 ? "its notice was received before" : "no receipt of its notice before")
            + (IsVerified(incident) ? ", verified" : ", reported"), entry, Case: (incident, hit.Key)));

    /// <summary>The sum of what each source says last, over the incidents of which it says something.</summary>
    public IEnumerable<Counted> BySource(bool inBands) =>
        from said in Incidents.SelectMany(i => Records(i).Select(r => (Incident: i, Record: r)))
            .GroupBy(r => Source(r.Record))
        orderby said.Key
        from what in Whats
        from line in inBands ? InBands(said.Key, what, [.. said.Select(r => r.Record)])
            : [InAll(said.Key, what, [.. said])]
        select line;

    /// <summary>For each complainant and each alleged party, every line of its table.</summary>
    public IEnumerable<(string Title, Counted[] Lines)> Treatment()
    {
        foreach (var (title, whom) in new (string, Func<Played, IEnumerable<string>>)[]
        {
            ("Reported by", i => Parts(i).Select(Complainant)),
            ("Alleged", i => Parts(i).SelectMany(Alleged).DefaultIfEmpty("nobody is alleged")),
        })
        {
            foreach (var who in Incidents.SelectMany(whom).Distinct().Order(StringComparer.Ordinal))
            {
                yield return ($"{title}: {who}", [.. Treated(who, [.. Incidents.Where(i => whom(i).Contains(who))])]);
            }
        }
    }

    private IEnumerable<Counted> Treated(string who, Played[] incidents)
    {
        yield return new Counted("incidents", Text(incidents.Length), Entries(incidents));
        yield return Median("median time to triage", incidents, "triage");
        yield return Median("median time to the first finding", incidents, "verify");
        yield return Median("median time to the first attribution", incidents, "attribute");
        foreach (var fact in Facts)
        {
            var all = incidents.Where(i => Fact(i) == fact).ToArray();
            yield return new Counted($"fact: {fact}", Text(all.Length), Entries(all.SelectMany(Touching)));
        }

        foreach (var why in new[] { "access-denied", "too-late", "no-source" })
        {
            var all = incidents.Select(i => On(i, "set-out", "verify").LastOrDefault())
                .OfType<Played>().Where(f => f.Word("why") == why).ToArray();
            yield return new Counted($"not verifiable: {why}", Text(all.Length), Entries(all));
        }

        foreach (var to in new[] { "open", "to it", "to others", "contested", "undetermined" })
        {
            var all = incidents.Select(i => On(i, "attribute").LastOrDefault() ?? i).Where(a => to == (
                a.Command != "attribute" ? "open" : a.Word("attribution") is "contested" or "undetermined"
                    ? a.Word("attribution") : a.Words("parties").Contains(who) ? "to it" : "to others")).ToArray();
            yield return new Counted($"attribution: {to}", Text(all.Length), Entries(all));
        }

        foreach (var how in new[] { "answered", "unanswered" })
        {
            var all = incidents.Select(Protest).OfType<Played>().Where(p => (p.Command == "answer" ? "answered"
                : p.Command) == how).ToArray();
            yield return new Counted($"protest: {how}", Text(all.Length), Entries(all));
        }

        foreach (var line in Standards(incidents))
        {
            yield return line with { Says = $"standard: {line.Says}" };
        }

        foreach (var line in AccessDenied(incidents))
        {
            yield return line with { Says = $"access denied by {line.Says}" };
        }
    }

    private static IEnumerable<Counted> InBands(string source, string what, Played[] records) =>
        from band in Bands
        let stated = records.Where(r => r.Number($"{what}-{band}") is not null).ToArray()
        where stated.Length > 0
        select new Counted($"{source}: {what}, {band}", Text(stated.Sum(r => r.Number($"{what}-{band}")!.Value)),
            Entries(stated));

    private Counted InAll(string source, string what, (Played Incident, Played Record)[] said)
    {
        var stated = said.Select(s => (s.Incident, s.Record, Low: s.Record.Number($"{what}-low"),
            Best: s.Record.Number($"{what}-best"), High: s.Record.Number($"{what}-high")))
            .Where(s => s.Low is not null || s.Best is not null || s.High is not null).ToArray();
        return new Counted($"{source}: {what}", stated.Length == 0 ? "no number" : string.Join(' ',
            stated.Sum(s => s.Low ?? s.Best ?? s.High),
            stated.Any(s => s.Best is null) ? null : stated.Sum(s => s.Best),
            stated.Sum(s => s.High ?? s.Best ?? s.Low), $"in {stated.Length} incidents,",
            $"{stated.Count(s => IsVerified(s.Incident))} of them verified"),
            Entries(stated.Length == 0 ? said.Select(s => s.Record) : stated.Select(s => s.Record)));
    }

    /// <summary>Which reports are one incident: its own, and those that it stands for.</summary>
    private IEnumerable<Played> Parts(Played incident) => Openings("incident.report").Where(r =>
        r == incident || (!IsContinued(r) && Root(r) == incident));

    /// <summary>A report as its author amended it, by when he did, without what he took back.</summary>
    private IEnumerable<Played> Said(Played report) => InOrder(On(report, "amend").Where(a =>
        a.Author == report.Author && !IsTakenBack(a, report))).Prepend(report);

    private string KindOf(Played report) => Said(report).Select(a => a.Word("kind")).Last(k => k is not null)!;

    private string Complainant(Played report) =>
        Said(report).Select(a => a.Word("complainant")).LastOrDefault(c => c is not null) ?? report.Author;

    private IEnumerable<string> Alleged(Played report) => Said(report).SelectMany(a => a.Words("alleged"));

    private string Progress(Played report) => On(report, "triage", "duplicate").LastOrDefault() switch
    {
        null => "reported",
        { Command: "duplicate" } => "duplicate",
        var triage => triage.Word("triage")!,
    };

    private string Fact(Played incident) => On(incident, "set-out", "verify").LastOrDefault() switch
    {
        null => "open",
        { Command: "set-out" } => "under-verification",
        var verified => verified.Word("finding")!,
    };

    private Played? Protest(Played incident) =>
        On(incident, "protest", "answer", "unanswered", "measure", "close", "reopen").LastOrDefault();

    private bool IsLate(Played answer) => _read.Last(a => a.Entry < answer.Entry && a.IsApplied
        && a.Subject == answer.Subject && a.Command == "protest") is var protest
        && answer.ReceivedAt > protest.ReceivedAt + Term("protest-answer");

    /// <summary>Who had the notice of what was hit before it was, as it stood when that was stated.</summary>
    private IEnumerable<Played> Receipts(Played told) => Openings("movement.notify")
        .Where(m => m.Id == told.Word("object") && m.Entry < told.Entry)
        .SelectMany(m => InOrder(On(m, "receive", "acknowledge").Where(r => r.Entry < told.Entry
                && r.OccurredAt <= told.At && m.Words("recipients").Contains(r.Word("recipient"))))
            .DistinctBy(r => (r.Word("recipient"), r.Word("unit"))));

    /// <summary>Everything on a subject, and what was said of it on another that may be the same.</summary>
    public IEnumerable<Played> Touching(Played opening) => On(opening).Concat(_read.Where(a => a.IsApplied
        && (a.Word("duplicate-of") ?? a.Word("merged")) == opening.Id && Equals(a.Audience, opening.Audience)));

    private bool IsContinued(Played opening) => Later(opening) is not null && Root(opening) != opening;

    /// <summary>The last that its own author opened to continue it, or what it continues; null where it is that.
    /// </summary>
    private Played? Later(Played opening)
    {
        var last = Openings(opening.Type).LastOrDefault(o => Origin(o) == Origin(opening));
        return last == opening ? null : last;

        Played Origin(Played of) => of.Word("continues") is { } id && Openings(of.Type).FirstOrDefault(o => o.Id == id
            && o.Entry < of.Entry && o.Author == of.Author) is { } before ? Origin(before) : of;
    }

    /// <summary>
    /// What a subject counts with: what it was decided to be a duplicate of, what its author continued it in, and so
    /// on. Where that goes in a circle, the first that is no duplicate.
    /// </summary>
    private Played Root(Played opening)
    {
        if (_roots.TryGetValue(opening.Entry, out var known))
        {
            return known;
        }

        var way = new List<Played> { opening };
        while ((Original(way[^1]) ?? Later(way[^1])) is { } next)
        {
            if (way.IndexOf(next) is >= 0 and var from)
            {
                var circle = way.Skip(from).OrderBy(a => a.Entry).ToArray();
                return _roots[opening.Entry] = circle.First(a => Progress(a) != "duplicate");
            }

            way.Add(next);
        }

        return _roots[opening.Entry] = way[^1];
    }

    private Played? Original(Played report) =>
        report.Type != "incident.report" || Progress(report) != "duplicate" ? null
        : On(report, "duplicate").Last().Word("duplicate-of") is { } id
            ? Openings("incident.report").FirstOrDefault(o => o.Id == id) : null;

    private Counted Median(string label, IEnumerable<Played> incidents, string command)
    {
        var all = incidents.SelectMany(i => On(i, command).Take(1).Select(d => (d.Entry, After: d.ReceivedAt
            - i.ReceivedAt))).OrderBy(d => d.After).ToArray();
        return new Counted(label, all.Length == 0 ? "" : ((all[(all.Length - 1) / 2].After
            + all[all.Length / 2].After) / 2.0 / World.Hour).ToString("0.0", CultureInfo.InvariantCulture),
            Entries(all.Select(a => a.Entry)));
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Entries(IEnumerable<Played> acts) => Entries(acts.Select(a => a.Entry));
}
