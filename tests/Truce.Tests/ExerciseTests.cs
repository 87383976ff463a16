using System.Security.Cryptography;
using Truce.Mission;
using Truce.Missions;
using Truce.Record;

namespace Truce.Tests;

/// <summary>A scripted exercise: what is played, by the same bytes each time, and what a bad script is told.</summary>
public sealed class ExerciseTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("truce-exercise-").FullName;

    private static string Gaza { get; } = Path.Combine(MissionTests.Root, "missions", "gaza");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>The figures beside the script are the oracle's (UPDATE_EXPECT=1 writes those), and the program's too.
    /// </summary>
    [Fact]
    public void What_comes_of_it_is_what_its_script_gives_by_hand_for_everybody()
    {
        var script = ExerciseFile.Read(File.ReadAllBytes(Path.Combine(Gaza, "exercise.yaml")), "exercise.yaml");
        string[] byHand = [.. new ExerciseOracle(script).Lines()];
        var beside = Path.Combine(Gaza, "exercise.expected.txt");
        if (Environment.GetEnvironmentVariable("UPDATE_EXPECT") == "1")
        {
            File.WriteAllLines(beside, byHand);
        }

        Assert.Equal(File.ReadAllLines(beside), byHand);
        Played("figures");
        Assert.Equal(byHand, ExerciseOracle.Readers.SelectMany(r => Reported(r.Reader).Select(f => $"{r.Who}: {f}")));
    }

    [Fact]
    public void Playing_twice_gives_the_same_bytes_and_replays_clean_for_everybody()
    {
        var (first, second) = (Played("first"), Played("second"));
        Assert.Equal(first, second);
        var log = Path.Combine(_folder, "first", "log");
        foreach (var reader in new[] { null, "israel.reading", "hamas.reading", "agencies.reading", "reading" })
        {
            string[] key = reader is null ? [] : ["--reading-key", Path.Combine(log, "keys", $"{reader}.key")];
            RecordStory.Is(0, "every hash, root, checkpoint, signature, key and time holds",
                ["record", "fsck", log, "--replay", .. key]);
        }
    }

    [Fact]
    public void A_bad_script_is_told_every_defect_with_its_place_and_what_to_do()
    {
        Told("""
            exercise: Bad
            host: bad.example
            start: 2026-02-02
            organisations: [un, red, blue, relief]
            audiences: {all: [un, green]}
            acts:
            - {on: 1 mon 06:00, by: un, act: incident.report, colour: red}
            - {on: 1 mon 25:00, by: un, act: crossing.list, with: {crossing: five}}
            - {on: 1 tue 06:00, by: green, act: crossing.list, with: {crossing: five}}
            - {on: 1 wed 06:00, by: red, act: crossing.state, about: five, with: {status: open, source: red}}
            - {on: 1 wed 07:00, by: red, act: crossing.lift, with: {crossing: five}}
            - {on: 1 thu 06:00, by: red, act: crossing.list, to: some, expect: refused, with: {crossing: five}}
            """,
            "5:18: error: `green` is no organisation of the exercise",
            "7:51: error: an act has no key `colour`",
            "8:3: error: `on` is a week, a day and a time, and `received`, where it is not at once, a later one",
            "9:25: error: `green` is no organisation of the exercise",
            "10:3: error: `about`: no act signed before it is called `five`",
            "11:3: error: no act is called `crossing.lift`",
            "12:3: error: `some` is no audience",
            "12:3: error: `expect` is applied, conflicting or inapplicable");
    }

    [Fact]
    public void So_is_one_whose_acts_have_not_their_form_and_nothing_of_it_is_left()
    {
        Told("""
            exercise: Bad
            host: bad.example
            start: 2026-02-02
            organisations: [un, red, blue, relief]
            acts:
            - {on: 1 mon 06:00, by: un, as: i1, act: incident.report, with: {colour: red}}
            - {on: 1 tue 06:00, by: red, act: incident.triage, about: i1, with: {triage: maybe}}
            - {on: 1 wed 07:00, by: red, act: framework.revise, with: {framework: none.yaml, body: none}}
            - {on: 1 wed 08:00, by: red, for: paper, act: count.open, with: {indicator: x, unit: y, of: fuel}}
            """,
            "6:3: error: incident.report has no field `colour`",
            "7:3: error: `triage` of incident.triage is one of triaged, out-of-scope",
            "8:3: error: `framework` is a file beside the exercise",
            "9:3: error: `for` is whom, a comma, and by what: `anonymous, by paper`");
        Assert.False(Path.Exists(Path.Combine(_folder, "played")));
    }

    [Fact]
    public void An_act_that_comes_otherwise_than_the_script_expects_is_named_and_the_exit_is_1()
    {
        var script = Written("""
            exercise: Otherwise
            host: other.example
            start: 2026-02-02
            organisations: [un, red, blue, relief]
            acts:
            - {on: 1 mon 06:00, by: un, act: phase.declare, with: {sector: north, phase: transfer}}
            """);
        var (code, output, error) = Frameworks.Run(["play", _folder, script]);
        Assert.True(code == 1, output + error);
        Assert.StartsWith($"{script}:6:3: phase.declare came otherwise than the script expects: inapplicable: no "
            + "framework is in force\n  help: ", error, StringComparison.Ordinal);
    }

    private string Written(string text)
    {
        var script = Path.Combine(_folder, "script.yaml");
        File.WriteAllText(script, text);
        return script;
    }

    private void Told(string text, params string[] defects)
    {
        var script = Written(text);
        var (code, output, error) = Frameworks.Run(["play", _folder, script, "--to", Path.Combine(_folder, "played")]);
        Assert.Equal((2, ""), (code, output));
        var lines = error.TrimEnd('\n').Split('\n');
        Assert.Equal(defects.Select(d => $"{script}:{d}"), lines.Where((_, i) => i % 2 == 0));
        Assert.All(lines.Where((_, i) => i % 2 == 1), l => Assert.StartsWith("  help: ", l, StringComparison.Ordinal));
    }

    /// <summary>The same figures as the program counts them from the log, in the order of the oracle's lines.</summary>
    private IEnumerable<string> Reported(string? reader)
    {
        var log = Path.Combine(_folder, "figures", "log");
        var key = reader is null ? null : Path.Combine(log, "keys", reader.Length == 0 ? "reading.key"
            : $"{reader}.reading.key");
        using var reading = MissionReading.Open(log, vkey: null, key, TextWriter.Null)!;
        var (fold, always) = (reading.Fold, new Period(0, long.MaxValue));
        var acts = fold.Labels.GroupBy(l => l.Outcome).ToDictionary(g => g.Key, g => g.Count());
        foreach (var kind in Enum.GetValues<OutcomeKind>())
        {
            yield return $"acts, {kind.ToString().ToLowerInvariant()}: {acts.GetValueOrDefault(kind)}";
        }

        var movements = Movements.Of(fold, always).Sections[0].Figures;
        foreach (var result in ExerciseOracle.Results.Append("attempts"))
        {
            yield return $"movements, {result}: {movements.FirstOrDefault(f => f.Label == result)?.Value ?? "0"}";
        }

        foreach (var axis in fold.Of("incident").First().Machine.Axes)
        {
            foreach (var state in axis.States)
            {
                var count = fold.Of("incident").Count(i => i.IsOpen && i[axis.Name] == state);
                yield return $"incidents, {axis.Name}, {state}: {count}";
            }
        }

        var frictions = Frictions.Of(fold, always).Sections;
        foreach (var verdict in ExerciseOracle.Verdicts)
        {
            yield return $"frictions, acts, {verdict}: "
                + (frictions[0].Figures.FirstOrDefault(f => f.Label == verdict)?.Value ?? "0");
        }

        foreach (var section in frictions.Where(s => s.Title.StartsWith("Findings", StringComparison.Ordinal)))
        {
            var head = section.Title.Contains("revised", StringComparison.Ordinal) ? "revised" : "drafted";
            foreach (var figure in section.Figures)
            {
                yield return $"frictions, findings, {head}, {figure.Label}: {figure.Value}";
            }
        }
    }

    private byte[] Played(string name)
    {
        var to = Path.Combine(_folder, name);
        var (code, output, error) = Frameworks.Run(["play", Gaza, "--to", to]);
        Assert.True(code == 0, $"{code}\n{output}{error}");
        var files = Directory.EnumerateFiles(to, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .SelectMany(f => SHA256.HashData(File.ReadAllBytes(f)));
        return SHA256.HashData([.. files]);
    }
}
