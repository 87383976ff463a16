using System.Globalization;
using Truce.Record;

namespace Truce.Mission.Tests;

/// <summary>A line that a report must have: what it says, its figure, and the entries behind it.</summary>
/// <param name="Says">The label.</param>
/// <param name="Value">The figure; empty for none.</param>
/// <param name="Entries">The entries, ascending.</param>
internal sealed record Counted(string Says, string Value, string Entries);

/// <summary>
/// What reports must count, straight from the acts as they were played: it knows who may read an act, what became of it
/// and what it says, and no state.
/// </summary>
internal sealed partial class ReportOracle
{
    private readonly World _world;
    private readonly Period _period;
    private readonly Played[] _read;
    private readonly ILookup<string, Played> _on;
    private readonly ILookup<string, Played> _openings;
    private readonly Dictionary<long, Played> _roots = [];

    public ReportOracle(World world, Func<Audience?, bool> may, Period period)
    {
        (_world, _period) = (world, period);
        _read = [.. world.Entries.Where(e => may(e.Received.Statement.Audience))
            .Select(e => new Played(e.Received, e.Outcome))];
        _on = _read.Where(a => a.IsApplied && a.Subject is not null).ToLookup(a => a.Subject!);
        _openings = _read.Where(a => a.IsApplied).ToLookup(a => a.Type);
        Movements = [.. Opened("movement.notify", a => a.Number("departure")!.Value)];
        Reported = [.. Opened("incident.report", a => a.At)];
        Incidents = [.. Reported.Where(i => Progress(i) is not ("duplicate" or "out-of-scope"))];
    }

    /// <summary>An act as it was played.</summary>
    internal sealed record Played(Received Received, Outcome Outcome)
    {
        public long Entry => Received.Index;

        public bool Equals(Played? other) => other?.Entry == Entry;

        public override int GetHashCode() => Entry.GetHashCode();

        public string Type => Received.Statement.Type;

        public string Command { get; } = Received.Statement.Type.Split('.')[1];

        public string Author => Received.Author.By.Key!.Organisation;

        /// <summary>When it happened by its author's word, and at the latest when it came.</summary>
        public long OccurredAt => Math.Min(Received.Statement.OccurredAt, ReceivedAt);

        public long ReceivedAt => Received.ReceivedAt;

        public Audience? Audience => Received.Statement.Audience;

        /// <summary>From when and until when, where it says so; else when it was stated.</summary>
        public (long From, long Until) Window => Said("at") is JsonValue.Members at
            ? (((JsonValue.Number)at["from"]!).Value, ((JsonValue.Number)at["to"]!).Value) : (OccurredAt, OccurredAt);

        public long At => Math.Min(Window.From, ReceivedAt);

        public bool Flag(string field) => Said(field) is JsonValue.Truth { Value: true };

        public string Id { get; } = Mission.IdOf(
            Machines.All.Single(m => m.Name == Received.Statement.Type.Split('.')[0]), Received.Hash);

        public string? Subject { get; } =
            ((Received.Statement.Act as JsonValue.Members)?["subject"] as JsonValue.Text)?.Value;

        public bool IsApplied => Outcome.Kind == OutcomeKind.Applied;

        public string? Word(string field) => (Said(field) as JsonValue.Text)?.Value;

        public long? Number(string field) => (Said(field) as JsonValue.Number)?.Value;

        public string[] Words(string field) =>
            [.. ((Said(field) as JsonValue.Items)?.All ?? []).OfType<JsonValue.Text>().Select(t => t.Value)];

        private JsonValue? Said(string field) => (Received.Statement.Act as JsonValue.Members)?[field];
    }

    /// <summary>The notices of movements that were to depart in the period, each counted once.</summary>
    public Played[] Movements { get; }

    /// <summary>The reports of incidents of the period, those that are out of scope too.</summary>
    public Played[] Reported { get; }

    /// <summary>The incidents that count.</summary>
    public Played[] Incidents { get; }

    /// <summary>The acts of the period, conflicting and inapplicable ones too.</summary>
    public Played[] Acts => [.. _read.Where(a => _period.Has(a.OccurredAt))];

    /// <summary>The acts that count on a subject, by when they came: applied, and sent to those who read it.</summary>
    public IEnumerable<Played> On(Played opening, params string[] commands) => _on[opening.Id]
        .Where(a => Equals(a.Audience, opening.Audience)).Append(opening).OrderBy(a => a.Entry)
        .Where(a => commands.Length == 0 || commands.Contains(a.Command));

    public IEnumerable<Counted> Verdicts() => Each(Acts.Select(a => (Ruled.Of(a.Outcome.Ruling) switch
    {
        null or { IsReported: false, Worst: null } => "no framework in force",
        { IsReported: true } => "reports of others' acts",
        { Worst: { } worst } => worst,
    }, a.Entry)));

    public IEnumerable<Counted> Kept() => Each(Acts.Where(a => !a.IsApplied).Select(a => (
        a.Type + (a.Outcome.Kind == OutcomeKind.Conflicting ? ": conflicting" : ": inapplicable"), a.Entry)));

    public IEnumerable<Counted> BorneByActs() => Each(
        from act in Acts
        let ruled = Ruled.Of(act.Outcome.Ruling)
        where ruled is { IsReported: false }
        from line in ruled.Then.Where(t => t.Verdict != "permitted" && t.Action.Length > 0)
            .Select(t => $"{t.Performer}: acts that were {t.Verdict}").Distinct()
        select (line, act.Entry));

    public IEnumerable<Counted> Denials() => Each(
        from movement in Movements
        from denied in On(movement, "decide", "no-answer")
        let isSilence = denied.Command == "no-answer"
        where isSilence ? On(movement, "decide", "no-answer").Last() == denied : denied.Word("decision") == "denied"
        from entry in isSilence ? new[] { movement.Entry, denied.Entry } : [denied.Entry]
        select (isSilence ? "no answer by the deadline"
                : denied.Word("authority") == denied.Author ? $"{denied.Author}: {denied.Word("reason")}"
                : $"{denied.Word("authority")}, by the word of {denied.Author}: {denied.Word("reason")}",
            entry, Case: denied));

    /// <summary>How long each stood with each who held it: from a hold until the next step that follows.</summary>
    public IEnumerable<Counted> HoursHeld() =>
        from movement in Movements
        from hold in Holds(movement)
        group hold by hold.Who into held
        orderby held.Key
        select new Counted(held.Key,
            (held.Sum(h => h.Milliseconds) / (double)World.Hour).ToString("0.0", CultureInfo.InvariantCulture),
            Entries(held.Select(h => h.Entry)));

    public IEnumerable<Counted> Notices() => Each(
        from movement in Movements
        from recipient in movement.Words("recipients")
        let best = InOrder(On(movement, "transmit", "receive", "acknowledge"))
            .Where(a => a.Word("recipient") == recipient && (a.Command != "acknowledge" || a.Author == recipient))
            .OrderBy(a => a.Command switch { "acknowledge" => 0, "receive" => 1, _ => 2 }).FirstOrDefault()
        let how = best?.Command switch
        {
            null => "no receipt",
            "transmit" => "transmitted",
            "receive" => $"received by {best.Word("unit")}",
            _ => $"acknowledged by {best.Word("unit")}",
        }
        from entry in new[] { movement.Entry, best?.Entry ?? movement.Entry }
        select ($"{recipient}: {how}", entry, Case: movement));

    public IEnumerable<Counted> Attributed() => Each(
        from incident in Incidents
        let last = On(incident, "attribute").LastOrDefault()
        where last?.Word("attribution") is "attributed" or "multiple"
        from party in last.Words("parties")
        select ($"{party}, by {last.Word("standard")}", last.Entry));

    public IEnumerable<Counted> Breaches() => Each(
        from incident in Incidents
        let last = On(incident, "decide").LastOrDefault()
        where last is not null
        select ((last.Flag("is-breach") ? "a breach" : "no breach") + $", by {last.Author}", last.Entry));

    public IEnumerable<Counted> NeedReview() => Each(
        from incident in Incidents
        from axis in new[] { "fact", "attribution", "breach" }
        where Since(incident, axis).Any()
        from entry in Since(incident, axis).Append(Judgement(incident, axis)!).Append(incident).Select(a => a.Entry)
        select (axis, entry, Case: incident));

    public IEnumerable<Counted> Standards() => Standards(Incidents);

    private IEnumerable<Counted> Standards(Played[] incidents) => Each(
        from incident in incidents.SelectMany(Parts)
        from judged in On(incident, "verify", "attribute")
        let standard = judged.Word("standard")
        select ($"{judged.Command}: {standard}" + (standard == "reasonable-grounds" ? "" : " (not the mission's)"),
            judged.Entry));

    public IEnumerable<Counted> AccessDenied() => AccessDenied(Incidents);

    private IEnumerable<Counted> AccessDenied(Played[] incidents) => Each(
        from denied in Denied(incidents)
        select (denied.Word("by")!, denied.Entry));

    /// <summary>By whom access was denied, and the hours that were stated in all.</summary>
    public Dictionary<string, long> HoursDenied() => Denied(Incidents)
        .GroupBy(d => d.Word("by")!).ToDictionary(g => g.Key, g => g.Sum(d => d.Number("hours") ?? 0));

    private IEnumerable<Played> Denied(Played[] incidents) => incidents.SelectMany(Parts)
        .SelectMany(p => On(p, "access-denied").Where(d => !IsTakenBack(d, p)));

    public IEnumerable<Counted> Damage() => Each(
        from incident in Incidents
        from record in Records(incident)
        from what in record.Words("damage")
        select ($"{what}: {(IsVerified(incident) ? "verified" : "reported")}", record.Entry, Case: incident));

    /// <summary>People killed or injured in all, as low, best and high of verified or other incidents.</summary>
    public Counted People(string what, bool inVerified)
    {
        var (low, high, count, best, entries) = (0L, 0L, 0, (long?)0, new List<long>());
        foreach (var incident in Incidents.Where(i => IsVerified(i) == inVerified))
        {
            var stated = Records(incident).Select(r => (r.Entry, Low: r.Number($"{what}-low"),
                Best: r.Number($"{what}-best"), High: r.Number($"{what}-high")))
                .Where(r => r.Low is not null || r.Best is not null || r.High is not null).ToArray();
            if (stated.Length == 0)
            {
                continue;
            }

            count++;
            low += stated.Min(r => r.Low ?? r.Best ?? r.High!.Value);
            high += stated.Max(r => r.High ?? r.Best ?? r.Low!.Value);
            var bests = stated.Where(r => r.Best is not null).Select(r => r.Best!.Value).ToHashSet();
            best = bests.Count == 1 ? best + bests.Single() : null;
            entries.AddRange(stated.Select(r => r.Entry));
        }

        return new Counted(what, count == 0 ? "no number" : $"{low} {best} {high}", Entries(entries));
    }

    public IEnumerable<Counted> Sites() => Each(
        from site in Standing("site.notify")
        let isWithdrawn = On(site, "withdraw").Any(w => w.Author == site.Author)
        select ($"{site.Word("kind")}: {(isWithdrawn ? "withdrawn" : "notified")}", site.Entry));

    public IEnumerable<Counted> Hazards() => Each(
        from hazard in Standing("hazard.state")
        let state = On(hazard, "confirm", "clear").Select(a => a.Command).Aggregate("stated", (_, command) =>
            command == "confirm" ? "confirmed" : "cleared")
        select ($"{hazard.Word("kind")}: {state}", hazard.Entry));

    /// <summary>Entries as text, ascending, each once.</summary>
    public static string Entries(IEnumerable<long> entries) => string.Join(',', entries.Distinct().Order());

    /// <summary>Verified, and nothing has come since that asks for another look.</summary>
    private bool IsVerified(Played incident) => !Since(incident, "fact").Any()
        && Fact(incident) is "verified" or "partly";

    private Played? Judgement(Played incident, string axis) =>
        On(incident, axis switch { "fact" => "verify", "breach" => "decide", _ => "attribute" }).LastOrDefault();

    /// <summary>What came to an incident since it was judged.</summary>
    private IEnumerable<Played> Since(Played incident, string axis) => Judgement(incident, axis) is not { } judged ? []
        : On(incident, "evidence", "amend", "correction", "reopen").Where(a => a.Entry > judged.Entry);

    /// <summary>Of each source its last word by each who says it, of what he did not take back.</summary>
    private IEnumerable<Played> Records(Played incident) =>
        from word in Parts(incident).SelectMany(p => InOrder(On(p, "harm")).Where(h => !IsTakenBack(h, p)))
        group word by (word.Author, Source: word.Word("source")) into said
        select said.OrderBy(h => h.Number("as-of") ?? h.OccurredAt).ThenBy(h => h.OccurredAt)
            .ThenBy(h => h.Received.Hash.Prefix).Last();

    /// <summary>Whether whoever said a word about something took it back there.</summary>
    private bool IsTakenBack(Played word, Played opening) => On(opening, "correction").Any(c => c.Flag("retracts")
        && c.Author == word.Author && c.Word("corrects") == word.Received.Hash.ToString());

    /// <summary>What moves a movement, and where it stands then; by whoever notified it, but for holds.</summary>
    private IEnumerable<(Played Step, string To)> Way(Played movement)
    {
        var state = "scheduled";
        foreach (var step in InOrder(On(movement)))
        {
            var (from, to) = step.Command switch
            {
                "postpone" => ("scheduled postponed", "postponed"),
                "depart" => ("scheduled postponed", "underway"),
                "hold" => ("scheduled postponed underway holding", "holding"),
                "resume" => ("holding", "underway"),
                "complete" => ("underway holding", "completed"),
                "part" => ("underway holding", "partly"),
                "abort" => ("underway holding", "aborted"),
                "withdraw" => ("scheduled postponed", "withdrawn"),
                _ => ("", ""),
            };
            var isAnothers = step.Command != "hold" && step.Author != movement.Author;
            if (from.Split(' ').Contains(state) && to.Length > 0 && !isAnothers)
            {
                state = to;
                yield return (step, to);
            }
        }
    }

    private IEnumerable<(string Who, long Milliseconds, long Entry)> Holds(Played movement)
    {
        var (hold, ended) = ((Played?)null, long.MinValue);
        foreach (var (step, to) in Way(movement))
        {
            if (hold is not null)
            {
                yield return (Who(hold), Length(hold, step.OccurredAt), hold.Entry);
                ended = step.OccurredAt;
            }

            hold = to == "holding" ? step : null;
        }

        if (hold is not null)
        {
            yield return (Who(hold), Length(hold, Math.Max(_period.Until, hold.OccurredAt)), hold.Entry);
        }

        long Length(Played hold, long until) =>
            Math.Max(0, until - Math.Max(ended, hold.Number("since") ?? hold.OccurredAt));

        static string Who(Played hold) => hold.Word("by")! + (hold.Word("at-point") is { } at ? $", {at}" : "");
    }

    /// <summary>By when they happened, then by hash.</summary>
    private static IEnumerable<Played> InOrder(IEnumerable<Played> acts) =>
        acts.OrderBy(a => a.OccurredAt).ThenBy(a => a.Received.Hash.Prefix);

    private IEnumerable<Played> Openings(string type) => _openings[type];

    /// <summary>What opens something in the period, and what its author did not continue for others.</summary>
    private IEnumerable<Played> Opened(string type, Func<Played, long> when) =>
        Standing(type).Where(a => _period.Has(when(a)));

    /// <summary>What opens something, whenever it was, and what its author did not continue for others.</summary>
    private IEnumerable<Played> Standing(string type) => Openings(type).Where(a => !IsContinued(a));

    private static IEnumerable<Counted> Each(IEnumerable<(string Says, long Entry)> cases) =>
        Each(cases.Select(c => (c.Says, c.Entry, (object)c.Entry)));

    /// <summary>How many cases each line has: a case counts once, with every entry behind it.</summary>
    private static IEnumerable<Counted> Each<T>(IEnumerable<(string Says, long Entry, T Case)> cases) =>
        cases.GroupBy(c => c.Says).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => new Counted(g.Key,
            g.Select(c => c.Case).Distinct().Count().ToString(CultureInfo.InvariantCulture),
            Entries(g.Select(c => c.Entry))));
}
