namespace Truce.Mission.Tests;

/// <summary>
/// The cases that the oracle is there for, each named once for every time it occurs: what never occurs is not tested.
/// </summary>
internal sealed partial class ReportOracle
{
    /// <summary>What the histories must hold at least once.</summary>
    public static readonly string[] Wanted = """
        Alleged: access denied by force
        Alleged: access denied by idf
        Alleged: attribution: contested
        Alleged: attribution: open
        Alleged: attribution: to it
        Alleged: attribution: to others
        Alleged: attribution: undetermined
        Alleged: fact: open
        Alleged: fact: partly
        Alleged: fact: refuted
        Alleged: fact: under-verification
        Alleged: fact: unverifiable
        Alleged: fact: verified
        Alleged: incidents
        Alleged: median time to the first attribution
        Alleged: median time to the first finding
        Alleged: median time to triage
        Alleged: not verifiable: access-denied
        Alleged: not verifiable: too-late
        Alleged: protest: answered
        Alleged: protest: unanswered
        Alleged: standard: attribute: clear-and-convincing (not the mission's)
        Alleged: standard: attribute: reasonable-grounds
        Alleged: standard: verify: clear-and-convincing (not the mission's)
        Alleged: standard: verify: reasonable-grounds
        Civilian complaint: acknowledged
        Civilian complaint: answered
        Civilian complaint: examined
        Civilian complaint: lodged
        Civilian complaint: unanswered
        Reported by: access denied by force
        Reported by: access denied by idf
        Reported by: attribution: contested
        Reported by: attribution: open
        Reported by: attribution: to it
        Reported by: attribution: to others
        Reported by: attribution: undetermined
        Reported by: fact: open
        Reported by: fact: partly
        Reported by: fact: refuted
        Reported by: fact: under-verification
        Reported by: fact: unverifiable
        Reported by: fact: verified
        Reported by: incidents
        Reported by: median time to the first attribution
        Reported by: median time to the first finding
        Reported by: median time to triage
        Reported by: not verifiable: access-denied
        Reported by: not verifiable: too-late
        Reported by: protest: answered
        Reported by: protest: unanswered
        Reported by: standard: attribute: clear-and-convincing (not the mission's)
        Reported by: standard: attribute: reasonable-grounds
        Reported by: standard: verify: clear-and-convincing (not the mission's)
        Reported by: standard: verify: reasonable-grounds
        Use-of-force report: closed
        Use-of-force report: received
        Use-of-force report: referred
        Use-of-force report: reported
        Use-of-force report: reviewed
        a band: 5-to-17
        a band: female
        a band: male
        a band: under-5
        a complainant by amendment
        a continuation that is a duplicate of what it continues
        a count: Blank
        a count: Disputed
        a count: None
        a crossing of which nobody spoke
        a crossing whose last word came before an earlier one
        a crossing with a last word
        a crossing with a word after the period
        a duplicate of a duplicate, or of what was continued
        a duplicate of another complainant
        a duplicate that says what was hit
        a duplicate with its own access-denied
        a duplicate with its own harm
        a duplicate with its own protest
        a duplicate with its own refer
        a duplicate with its own verify
        a figure of movements
        a message: acknowledged
        a message: acknowledged by voice
        a message: acted
        a message: delivered
        a message: received
        a message: rejected
        a message: sent
        a source with a best figure
        a source without a best figure
        a source without a number
        a watch that was opened
        a watch that was taken over
        access-denied that its author took back
        amend that its author took back
        an incident of another period than its report
        an incident with a duplicate
        an item that is done
        an open item with an owner
        an open item without an owner
        cases referred
        dated ahead: casualties.report
        dated ahead: complaint.lodge
        dated ahead: count.figure
        dated ahead: force-use.report
        dated ahead: incident.report
        detention: a word after the end
        detention: count taken back
        detention: held now
        detention: held once, and neither held, released nor transferred
        detention: of those held, no lawful recipient is named
        detention: of those held, the ICRC was not told
        detention: report taken back
        detention: tell taken back
        due: acknowledgement
        due: answer to complaint
        due: answer to protest
        due: decision
        due: kin informed
        due: review
        due: triage
        due: verification sets out
        figures that are not repeated
        harm as of another time than its word
        harm that another would take back
        harm that its author took back
        held now
        held now, as several say
        held now, since before it was said
        hit: its notice was received before, reported
        hit: no receipt of its notice before, reported
        hit: no receipt of its notice before, verified
        of the period, though dated after it
        one source on two reports of one incident
        overdue: acknowledgement
        overdue: answer to complaint
        overdue: answer to protest
        overdue: decision
        overdue: kin informed
        overdue: review
        overdue: triage
        overdue: verification sets out
        own casualties: Embargo
        own casualties: None
        own casualties: closed, correct
        own casualties: closed, inform
        own casualties: closed, release
        own casualties: in public, correct
        own casualties: released
        several watches
        to others than its readers: count.figure
        to others than its readers: crossing.state
        to others than its readers: detention.count
        to others than its readers: incident.amend
        to others than its readers: incident.harm
        to others than its readers: watch.item
        two who speak for one source of a count
        unacknowledged: delivered None
        unacknowledged: delivered Overdue
        unacknowledged: received None
        unacknowledged: received Overdue
        unacknowledged: sent None
        unacknowledged: sent Overdue
        what another says that he continues
        what was continued more than once
        """.ReplaceLineEndings("\n").Split('\n');

    /// <summary>The cases of a history as one reader may know it, one name for every time.</summary>
    public IEnumerable<string> Cases() =>
        [.. OfIncidents(), .. OfContinued(), .. OfHarm(), .. OfWhatStands(), .. OfAnswers(), .. OfWatches()];

    private IEnumerable<string> OfIncidents()
    {
        foreach (var incident in Several)
        {
            var duplicates = Parts(incident).Skip(1).ToArray();
            yield return "an incident with a duplicate";
            foreach (var name in new[] { "harm", "access-denied", "refer", "protest", "verify" }
                .Where(c => duplicates.Any(d => On(d, c).Any())))
            {
                yield return $"a duplicate with its own {name}";
            }

            if (duplicates.Any(d => d.Word("object") is not null))
            {
                yield return "a duplicate that says what was hit";
            }

            if (duplicates.Any(d => Original(d) != incident))
            {
                yield return "a duplicate of a duplicate, or of what was continued";
            }

            if (duplicates.Any(d => Complainant(d) != Complainant(incident)))
            {
                yield return "a duplicate of another complainant";
            }

            if (Parts(incident).SelectMany(p => On(p, "harm").Select(h => (p, h.Author, Source: h.Word("source"))))
                .Distinct().GroupBy(h => (h.Author, h.Source)).Any(g => g.Count() > 1))
            {
                yield return "one source on two reports of one incident";
            }
        }

        foreach (var report in Reported.Where(r => _period.Has(r.OccurredAt) != _period.Has(r.At)))
        {
            yield return "an incident of another period than its report";
        }

        foreach (var ahead in _read.Where(a => a.IsApplied && a.Window.From > a.ReceivedAt))
        {
            yield return $"dated ahead: {ahead.Type}";
            if (_period.Has(ahead.At) != _period.Has(ahead.Window.From))
            {
                yield return "of the period, though dated after it";
            }
        }

        foreach (var incident in Incidents.Where(i => Complainant(i) is "town"))
        {
            yield return "a complainant by amendment";
        }

        foreach (var (title, lines) in Treatment())
        {
            foreach (var line in lines.Where(l => l.Value is not ("0" or "")))
            {
                yield return $"{title.Split(':')[0]}: {line.Says}";
            }
        }
    }

    private IEnumerable<string> OfContinued()
    {
        foreach (var report in Openings("incident.report").Where(r => Later(r) is not null && Root(r) == r))
        {
            yield return "a continuation that is a duplicate of what it continues";
        }

        foreach (var report in Openings("incident.report").Where(r => r.Word("continues") is { } id
            && Openings("incident.report").Any(o => o.Id == id && Later(o) is { } last && last != r)))
        {
            yield return "what was continued more than once";
        }

        foreach (var report in Openings("incident.report").Where(r => r.Word("continues") is { } id
            && Openings("incident.report").Any(o => o.Id == id && o.Author != r.Author)))
        {
            yield return "what another says that he continues";
        }
    }

    private IEnumerable<string> OfHarm()
    {
        foreach (var part in Incidents.SelectMany(Parts))
        {
            foreach (var word in On(part, "harm", "access-denied", "amend").Where(w => IsTakenBack(w, part)))
            {
                yield return $"{word.Command} that its author took back";
            }

            foreach (var word in On(part, "harm").Where(w => !IsTakenBack(w, part) && On(part, "correction")
                .Any(c => c.Flag("retracts") && c.Word("corrects") == w.Received.Hash.ToString())))
            {
                yield return "harm that another would take back";
            }

            if (InOrder(On(part, "harm")).Zip(On(part, "harm").OrderBy(h => h.Number("as-of") ?? h.OccurredAt))
                .Any(x => x.First != x.Second))
            {
                yield return "harm as of another time than its word";
            }
        }

        foreach (var line in BySource(inBands: false))
        {
            yield return line.Value == "no number" ? "a source without a number"
                : line.Value.Contains("  ", StringComparison.Ordinal) ? "a source without a best figure"
                : "a source with a best figure";
        }

        foreach (var line in BySource(inBands: true))
        {
            yield return $"a band: {line.Says.Split(", ")[^1]}";
        }

        foreach (var line in Referred())
        {
            yield return "cases referred";
        }

        foreach (var line in Hits())
        {
            yield return $"hit: {line.Says.Split(": ")[1]}";
        }
    }

    private IEnumerable<string> OfWhatStands()
    {
        foreach (var stray in _read.SelectMany(o => _on[o.Id].Where(a => !Equals(a.Audience, o.Audience))))
        {
            yield return $"to others than its readers: {stray.Type}";
        }

        foreach (var line in Crossings())
        {
            yield return line.Value == " Blank" ? "a crossing of which nobody spoke" : "a crossing with a last word";
        }

        foreach (var crossing in Standing("crossing.list"))
        {
            var words = On(crossing, "state").ToArray();
            if (words.Length > 0 && InOrder(words).Last() != words[^1])
            {
                yield return "a crossing whose last word came before an earlier one";
            }

            if (words.Any(w => w.OccurredAt >= _period.Until))
            {
                yield return "a crossing with a word after the period";
            }
        }

        foreach (var line in Counts())
        {
            yield return line.Says.Contains("not repeated", StringComparison.Ordinal) ? "figures that are not repeated"
                : line.Says.StartsWith("movements, ", StringComparison.Ordinal) ? "a figure of movements"
                : $"a count: {line.Value.Split(' ')[^1]}";
        }

        foreach (var source in Standing("count.open")
            .SelectMany(c => On(c, "figure").GroupBy(f => (c, f.Word("source"))))
            .Where(g => g.Select(f => f.Author).Distinct().Count() > 1))
        {
            yield return "two who speak for one source of a count";
        }

        foreach (var line in Detention().Where(l => l.Value != "0"))
        {
            yield return $"detention: {line.Says}";
        }

        foreach (var report in Standing("detention.report"))
        {
            foreach (var word in On(report, "report", "count", "tell", "end").Except(Detained(report).Words))
            {
                yield return IsTakenBack(word, report) ? $"detention: {word.Command} taken back"
                    : "detention: a word after the end";
            }
        }
    }

    private IEnumerable<string> OfAnswers()
    {
        foreach (var line in ForceAndComplaints())
        {
            yield return line.Says;
        }

        foreach (var line in Casualties())
        {
            yield return line.Says.EndsWith("released", StringComparison.Ordinal) ? "own casualties: released"
                : $"own casualties: {line.Value.Split(' ')[1]}";
        }

        foreach (var command in Standing("casualties.report").SelectMany(c => On(c, "correct", "inform", "release")
            .Select(a => $"own casualties: {(c.Audience is null ? "in public" : "closed")}, {a.Command}")))
        {
            yield return command;
        }

        foreach (var line in Overdue())
        {
            yield return $"overdue: {line.Says.Split(": ")[1].Split(',')[0]}";
        }

        foreach (var line in Messages())
        {
            yield return $"a message: {line.Says.Split(": ")[1].Split(", by the word")[0]}";
        }
    }

    private IEnumerable<string> OfWatches()
    {
        foreach (var movement in Standing("movement.notify"))
        {
            var holds = Movement(movement).Holds;
            if (holds.Count > 0 && _period.Until > holds.Min(h => h.Number("since") ?? h.OccurredAt))
            {
                yield return holds.Count > 1 ? "held now, as several say"
                    : holds[0].Number("since") is null ? "held now" : "held now, since before it was said";
            }
        }

        foreach (var watch in Watches)
        {
            yield return On(watch, "take-over").Any() ? "a watch that was taken over" : "a watch that was opened";
            foreach (var line in Items(watch))
            {
                yield return line.Value.Length > 0 ? "an open item with an owner" : "an open item without an owner";
            }

            if (On(watch, "done").Any())
            {
                yield return "an item that is done";
            }
        }

        if (Watches.Length > 1)
        {
            yield return "several watches";
        }

        foreach (var line in Unacknowledged())
        {
            yield return $"unacknowledged: {line.Value}";
        }

        foreach (var line in DueWithin(hours: 12))
        {
            yield return $"due: {line.Says.Split(": ")[1].Split(',')[0]}";
        }
    }
}
