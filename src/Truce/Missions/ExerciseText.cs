using System.Globalization;
using System.Text;
using Truce.Mission;
using Truce.Record;
using Truce.Rules;
using Truce.Verbs;

namespace Truce.Missions;

/// <summary>What came of an exercise, week by week, as whoever may read all of it sees it.</summary>
/// <param name="script">The script.</param>
/// <param name="fold">The state, read from the log.</param>
/// <param name="acts">The acts with their entries, in the order of the log.</param>
internal sealed class ExerciseText(
    ExerciseFile script, Fold fold, IReadOnlyList<(ScriptedAct Act, long Entry)> acts)
{
    private const string Indent = "  ";
    private const string Deep = "      ";

    /// <summary>The acts that came otherwise than the script expects, each with what it came to.</summary>
    public IReadOnlyList<(ScriptedAct Act, string Said)> Otherwise =>
        [.. acts.Select(a => (a.Act, Label: fold.Labelled(a.Entry)!)).Where(a => a.Label.Outcome != a.Act.Expect)
            .Select(a => (a.Act, Said(a.Label)))];

    /// <summary>Whose exercise, and how large.</summary>
    public string Head()
    {
        var audiences = acts.Count(a => !a.Act.Audience.IsEmpty);
        return $"EXERCISE, invented: {Plain.Words(script.Title)}\n"
            + $"{Text(script.Start)}, {Weekly().Count()} weeks: {acts.Count} acts of {script.Organisations.Length} "
            + $"organisations, {acts.Count - audiences} public and {audiences} for some alone.\n";
    }

    /// <summary>A digest of each week.</summary>
    public string Weeks()
    {
        var text = new StringBuilder();
        foreach (var (week, all) in Weekly())
        {
            var about = week < script.Weeks.Length ? $": {Plain.Words(script.Weeks[week])}" : "";
            text.Append('\n');
            var begins = Text(script.Start + (week * ExerciseFile.Week))[..10];
            FindingText.Wrap(text, $"WEEK {week + 1}, {begins}{about}", "", Indent);
            FindingText.Wrap(text, $"{all.Length} acts: {Counted(all.Select(a => Kind(a.Label.Outcome)))}"
                + Also(all), Indent, Deep);
            FindingText.Wrap(text, "About: " + Counted(all.Select(a => a.Act.Row.Machine.Title)
                .OrderBy(t => t, StringComparer.Ordinal)), Indent, Deep);
            var rulings = all.Select(a => a.Label.Ruling)
                .Where(r => r is { IsReported: false, Worst: not (null or Answered.Outside) }).ToArray();
            var claimed = rulings.Count(r => r!.Then.Any(t => t.Claims.Any(c =>
                c.EndsWith(": contested", StringComparison.Ordinal))));
            FindingText.Wrap(text, "The framework said: " + Counted(rulings.Select(r => r!.Worst!)
                .OrderBy(w => Answered.WorstFirst.IndexOf(w)))
                + (claimed > 0 ? $"; of these {claimed} contested, as some claim" : ""), Indent, Deep);
            foreach (var (act, entry, label) in all.Where(a => a.Label.Outcome != OutcomeKind.Applied
                || a.Label.Why is not null))
            {
                FindingText.Wrap(
                    text, $"entry {entry}, {act.Type} by {Plain.Words(act.By)}: {Said(label)}", Indent, Deep);
            }
        }

        return text.ToString();
    }

    /// <summary>Each week in a line.</summary>
    public string Brief()
    {
        var text = new StringBuilder("\n");
        foreach (var (week, all) in Weekly())
        {
            var kept = all.Count(a => a.Label.Outcome != OutcomeKind.Applied);
            var about = week < script.Weeks.Length ? $"{Plain.Words(script.Weeks[week])} " : "";
            FindingText.Wrap(text, $"week {week + 1}: {about}({all.Length} acts"
                + (kept > 0 ? $", {kept} kept that changed nothing)" : ")"), Indent, Deep);
        }

        return text.ToString();
    }

    /// <summary>Each act in a line.</summary>
    public string Each()
    {
        var text = new StringBuilder();
        foreach (var (act, entry, label) in All())
        {
            var rulings = label.Ruling is { } r ? $"; {(r.IsReported ? "if as reported: " : "")}{r.Worst}" : "";
            FindingText.Wrap(text, $"{entry,4}  {Text(act.SignedAt)}  {act.Type} by {Plain.Words(act.By)}"
                + (act.Label.Length > 0 ? $" ({Plain.Words(act.Label)})" : "")
                + (act.Audience.IsEmpty ? "" : $", for {string.Join(", ", act.Audience)}")
                + $": {Said(label)}{rulings}", "", Deep);
        }

        return text.ToString();
    }

    /// <summary>Where everything stands at the end.</summary>
    public string End()
    {
        var text = new StringBuilder("\nAT THE END\n");
        var results = Movements.Of(fold, new Period(0, long.MaxValue)).Sections[0].Figures.Where(f => f.Value != "0");
        FindingText.Wrap(text, $"movements: {string.Join(", ", results.Select(f => $"{f.Value} {f.Label}"))}.", Indent,
            Deep);
        var incidents = fold.Of("incident").Where(i => i.IsOpen).ToArray();
        foreach (var axis in IncidentMachine.Table.Axes)
        {
            var states = incidents.Select(i => i[axis.Name]).OrderBy(s => axis.States.IndexOf(s));
            FindingText.Wrap(text, $"{incidents.Length} incidents, {axis.Name}: {Counted(states)}.", Indent, Deep);
        }

        return text.ToString();
    }

    /// <summary>An instant, as the script counts: in UTC.</summary>
    private static string Text(long at) => DateTimeOffset.FromUnixTimeMilliseconds(at)
        .ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    private static string Kind(OutcomeKind kind) => RecordWords.Wire(kind);

    private static string Said(Labelled label) =>
        Kind(label.Outcome) + (label.Why is { } why ? $": {Plain.Words(why)}" : "");

    /// <summary>"12 permitted, 3 forbidden": in the order in which they first come.</summary>
    private static string Counted(IEnumerable<string> words)
    {
        var all = words.GroupBy(w => w, StringComparer.Ordinal).Select(g => $"{g.Count()} {g.Key}").ToArray();
        return all.Length == 0 ? "nothing" : string.Join(", ", all);
    }

    private static string Also((ScriptedAct Act, long Entry, Labelled Label)[] all)
    {
        var (late, others) = (all.Count(a => a.Act.SignedAt < a.Act.ReceivedAt), all.Count(a => a.Act.For is not null));
        return (late > 0 ? $"; {late} came in late" : "") + (others > 0 ? $"; {others} entered for somebody else" : "");
    }

    private IEnumerable<(ScriptedAct Act, long Entry, Labelled Label)> All() =>
        acts.Select(a => (a.Act, a.Entry, fold.Labelled(a.Entry)!));

    private IEnumerable<(int Week, (ScriptedAct Act, long Entry, Labelled Label)[] All)> Weekly() => All()
        .GroupBy(a => (int)((a.Act.ReceivedAt - script.Start) / ExerciseFile.Week)).OrderBy(g => g.Key)
        .Select(g => (g.Key, g.ToArray()));
}
