using System.Collections.Immutable;

namespace Truce.Mission;

/// <summary>The situation report of a period, drafted from the record.</summary>
public static class SituationReport
{
    /// <summary>The report.</summary>
    /// <param name="fold">A reader's state.</param>
    /// <param name="period">What happened in it counts.</param>
    public static Report Of(Fold fold, Period period)
    {
        ArgumentNullException.ThrowIfNull(fold);
        var (incidents, merged) = (Incidents.In(fold, period).ToArray(), new Merged(fold));
        return new Report("sitrep", "Situation report", period,
        [
            Incidents.Axis(incidents, "fact", "Incidents: did it happen"),
            Harm.Totals(Harm.Harmed(incidents, merged)) with { Title = "Harm to civilians, over all incidents" },
            Movements.Results([.. Movements.In(fold, period)]) with
            {
                Title = "Movements: what became of them",
            },
            Struck.Section(incidents, merged), Crossings(fold, period), Sites(fold), Counts(fold, period),
            Hazards(fold), ForceAndComplaints(fold, period), Detentions(fold), OwnCasualties.Section(fold, period),
            Messages(fold, period),
            Frictions.Verdicts(new Frictions.Acts(fold, period)), Overdue(fold, period),
        ])
        {
            HasRulings = true,
        };
    }

    private static Section Crossings(Fold fold, Period period) => new("Crossings, by the last word of each",
        [.. Counting.Of(fold, "crossing").Select(c => c.Steps.Where(s => s.Row.Command == "state" && s.IsHere
            && s.OccurredAt < period.Until).Select(s => (Step?)s).LastOrDefault() is { } last
            ? new Figure(c.Opening.Word("crossing")!, last.Word("status"), "", [last.Entry],
                Note: $"{Counting.Source(last)}, {period.Text(last.OccurredAt)}")
            : new Figure(c.Opening.Word("crossing")!, null, "", [c.OpenedBy], Mark.Blank, "nobody stated it"))]);

    private static Section Sites(Fold fold)
    {
        var tally = new Tally();
        foreach (var site in Counting.Of(fold, "site"))
        {
            tally.Add($"{site.Opening.Word("kind")}: {site["notice"]}", site.OpenedBy);
        }

        return new Section("Notified sites", tally.ByName("sites"));
    }

    private static Section Counts(Fold fold, Period period)
    {
        var figures = ImmutableArray.CreateBuilder<Figure>();
        foreach (var count in Counting.Of(fold, "count"))
        {
            var (name, unit) = (count.Opening.Word("indicator")!, count.Opening.Word("unit")!);
            var all = count.All("figure").Where(f => f.IsHere && period.Has(f.Number("as-of")!.Value)).ToArray();
            var withheld = all.Where(f => CountMachine.Unrepeatable(f) is not null).Select(f => f.Entry).ToArray();
            var stated = all.Where(f => CountMachine.Unrepeatable(f) is null)
                .GroupBy(f => (Source: f.Word("source")!, f.Author))
                .OrderBy(g => g.Key.Source, StringComparer.Ordinal).ThenBy(g => g.Key.Author, StringComparer.Ordinal)
                .Select(g => g.OrderBy(f => f.Number("as-of")).Last()).ToArray();
            var differs = stated.Select(s => s.Number("value")).OfType<long>().Distinct().Count() > 1;
            figures.AddRange(stated.Select(f => Stated(f, $"{name}, {Counting.Source(f)}", unit, differs, period)));
            if (withheld.Length > 0)
            {
                figures.Add(new Figure($"{name}: figures that are not repeated", Counting.Text(withheld.Length),
                    "figures", Counting.Entries(withheld), Mark.Blank,
                    "published less than 72 hours after their week, or finer than a sector's whole week"));
            }
            else if (stated.Length == 0)
            {
                figures.Add(new Figure(
                    name, null, unit, [count.OpenedBy], Mark.Blank, "nobody stated it for this period"));
            }
        }

        return new Section("Counts, sources side by side", figures.ToImmutable());
    }

    private static Figure Stated(Step figure, string label, string unit, bool differs, Period period)
    {
        var asOf = figure.Number("as-of")!.Value;
        string[] notes =
        [
            .. figure.Word("why-blank") is { } why ? new[] { why } : [], $"as of {period.Text(asOf)}",
        ];
        return new Figure(label, figure.Number("value") is { } value ? Counting.Text(value) : null, unit,
            [figure.Entry], figure.Number("value") is null ? Mark.Blank : differs ? Mark.Disputed : Mark.None,
            string.Join("; ", notes))
        {
            Low = figure.Number("low"),
            High = figure.Number("high"),
        };
    }

    private static Section Hazards(Fold fold)
    {
        var tally = new Tally();
        foreach (var hazard in Counting.Of(fold, "hazard"))
        {
            tally.Add($"{hazard.Opening.Word("kind")}: {hazard["state"]}", hazard.OpenedBy);
        }

        return new Section("Hazard areas", tally.ByName("areas"));
    }

    private static Section ForceAndComplaints(Fold fold, Period period)
    {
        var tally = new Tally();
        foreach (var machine in new[] { ForceUseMachine.Table, ComplaintMachine.Table })
        {
            foreach (var subject in Counting.Of(fold, machine.Name).Where(s => period.Has(Counting.When(s))))
            {
                tally.Add($"{machine.Title}: {subject[machine.Axes[0].Name]}", Counting.Entries(subject));
            }
        }

        return new Section("Use of force and complaints", tally.ByName("reports"));
    }

    private static Section Detentions(Fold fold)
    {
        var (held, lost) = (new List<(long Number, long[] Entries)>(), new List<(long Number, long[] Entries)>());
        var (told, unnamed) = (new Tally(), new Tally());
        foreach (var detention in Counting.Of(fold, "detention"))
        {
            var words = Words(detention);
            if (words.Length == 0)
            {
                continue; // its author took all of it back
            }

            var (now, entries) = (DetentionMachine.Standing(words), words.Select(w => w.Entry).ToArray());
            held.Add((now.Held, entries));
            if (now.Held > 0 && now.Recipient is null)
            {
                unnamed.Add("", entries);
            }

            if (now.Held > 0 && !now.IsIcrcTold)
            {
                told.Add("", entries);
            }

            if (now.Unaccounted > 0)
            {
                lost.Add((now.Unaccounted, entries));
            }
        }

        return new Section("Detention, in numbers", held.Count == 0 ? [] :
        [
            new Figure("held now", Counting.Text(held.Sum(h => h.Number)), "people",
                Counting.Entries(held.SelectMany(h => h.Entries))),
            unnamed.Of("", "reports", "of those held, no lawful recipient is named"),
            told.Of("", "reports", "of those held, the ICRC was not told"),
            new Figure("held once, and neither held, released nor transferred", Counting.Text(lost.Sum(h => h.Number)),
                "people", Counting.Entries(lost.SelectMany(h => h.Entries)),
                lost.Count > 0 ? Mark.Disputed : Mark.None),
        ], "By the last word on each report, whenever it was made.");
    }

    /// <summary>
    /// The words in numbers that stand on a detention, by when they held: without what its author took back, and
    /// without what does not follow from those before or is somebody else's to state.
    /// </summary>
    private static Step[] Words(Subject detention)
    {
        var (words, isOver) = (new List<Step>(), false);
        foreach (var word in detention.Steps.Where(s => s.IsHere && s.Row.Command is "report" or "count" or "tell"
            or "end" && !s.IsAnothers && !Proof.IsRetracted(s)))
        {
            if (!isOver || word.Row.Command is "report" or "tell")
            {
                words.Add(word);
                isOver |= word.Row.Command == "end";
            }
        }

        return [.. words];
    }

    private static Section Messages(Fold fold, Period period)
    {
        var tally = new Tally();
        foreach (var message in Counting.Of(fold, "message").Where(m => period.Has(m.Opening.OccurredAt)))
        {
            foreach (var (recipient, stage, step) in MessageMachine.Chains(message))
            {
                tally.Add($"{recipient}: {stage}" + (step.Flag("by-voice") ? $" by voice, by the word of {step.Author}"
                    : ""), message.OpenedBy, step.Entry);
            }
        }

        return new Section("Messages, by addressee and how far they came", tally.ByName("messages"),
            "An acknowledgement says that a message was read, no more.");
    }

    private static Section Overdue(Fold fold, Period period)
    {
        var dues = Counting.Dues(fold).Where(d => d.Due.AtMilliseconds < period.Until).ToArray();
        return new Section("Overdue", [.. dues.Take(WatchPage.RowsMax)
            .Select(d => WatchPage.Line(d.Subject, d.Due, period)), .. WatchPage.More(dues.Length, "deadlines")]);
    }
}
