using System.Globalization;
using Truce.Record;

namespace Truce.Mission.Tests;

/// <summary>
/// A mission of random acts, some for everybody and some for an audience. Two histories of one seed differ in nothing
/// but what the confidential acts say.
/// </summary>
internal sealed partial class ReportHistory
{
    private static readonly string[] Authors = ["agencies", "idf", "un", "monitors"];
    private static readonly string[] Purposes = ["food", "fuel", "medical"];
    private static readonly string[] Steps =
    [
        "postpone", "depart", "depart", "hold", "hold", "resume", "impede", "complete", "part", "abort", "withdraw",
        "transmit", "receive", "receive", "acknowledge",
    ];

    private readonly Random _random;
    private readonly bool _isOther;
    private readonly List<(string Id, string Author, Audience? Audience)> _movements = [];
    private readonly List<(string Id, string Author, Audience? Audience)> _incidents = [];
    private readonly List<(string Id, string Before, Audience? Audience)> _continuations = [];
    private readonly List<(string Id, Audience? Audience)> _places = [];
    private readonly List<(string Id, string Author, Audience? Audience)> _messages = [];
    private readonly List<(string Incident, string Author, Digest Hash, Audience? Audience)> _harm = [];

    /// <param name="seed">The seed.</param>
    /// <param name="acts">How many acts.</param>
    /// <param name="isOther">Whether confidential acts say something else.</param>
    public ReportHistory(int seed, int acts = 420, bool isOther = false)
    {
        (_random, _isOther) = (new Random(seed), isOther);
        World.Framework(Frameworks.Curfew);
        World.Send("un", "watch.open", """{"post":"operations","function":"duty officer"}""");
        _more["watch"] = [(World.LastSubject, "un", null)];
        Declare();
        for (var i = 0; i < acts; i++)
        {
            World.After(_random.Next(1, 4) * World.Hour / 2);
            if (_random.Next(5) < 3)
            {
                Act();
            }
            else
            {
                ActOnMore(Pick(Authors), _random.Next(3) == 0 ? Owners : null);
            }
        }
    }

    /// <summary>The two who may read what is not public.</summary>
    public static Audience Owners { get; } = Audience.Of("agencies", "un").Required();

    public World World { get; } = new();

    private void Act()
    {
        var (author, audience) = (Pick(Authors), _random.Next(3) == 0 ? Owners : null);
        switch (_random.Next(20))
        {
            case 0 or 1:
                Notify(author, audience);
                break;
            case 2:
                Report(author, audience);
                break;
            case 3:
                Mark(author, audience);
                break;
            case <= 10 when _movements.Count > 0:
                Move(author, Pick(_movements.ToArray()));
                break;
            case <= 15 when _incidents.Count > 0:
                Judge(Pick(_incidents.TakeLast(6).ToArray()));
                break;
            case <= 18 when _incidents.Count > 0:
                AddTo(Pick(_incidents.ToArray()));
                break;
            default:
                Send(author, audience);
                break;
        }
    }

    private void Notify(string author, Audience? audience)
    {
        var own = Continuable(_movements, author, audience);
        var continues = own.Length > 0 && _random.Next(4) == 0 ? $"\"continues\":\"{Pick(own).Id}\"," : "";
        var mode = Pick(["notify-only", "needs-clearance"]);
        var recipients = Pick(["[\"idf\"]", "[\"idf\",\"un\"]"]);
        var departure = (World.Now + (_random.Next(-10, 60) * World.Hour)).ToString(CultureInfo.InvariantCulture);
        World.Send(author, "movement.notify", $$"""
            {{{continues}}"mode":"{{mode}}","kind":"convoy","purpose":"{{Other(audience, Pick(Purposes), "water")}}",
             "departure":{{departure}},"recipients":{{recipients}},"place":["{{Pick(["north", "south"])}}"]}
            """, audience);
        _movements.Add((World.LastSubject, author, audience));
    }

    private void Report(string author, Audience? audience)
    {
        var own = Continuable(_incidents, author, audience);
        var before = own.Length > 0 && _random.Next(6) == 0 ? Pick(own).Id : null;
        var continues = before is null ? "" : $"\"continues\":\"{before}\",";
        var happened = World.Now - (_random.Next(-20, 40) * World.Hour);
        var complainant = Pick(["", ",\"complainant\":\"village\""]);
        var alleged = Pick(["force", "idf", "force\",\"idf", ""]);
        World.Send(author, "incident.report", $$"""
            {{{continues}}{{Hit(audience)}}"kind":"{{Other(audience, "shooting", "raid")}}",
             "source-kinds":["witness"]{{complainant}}
             {{(alleged.Length == 0 ? "" : $",\"alleged\":[\"{Word(audience, alleged)}\"]")}}
             {{Pick(["", $",\"at\":{{\"from\":{happened},\"to\":{happened + World.Hour}}}"])}}}
            """, audience, at: World.Now - (_random.Next(4) * World.Hour));
        _incidents.Add((World.LastSubject, author, audience));
        _continuations.AddRange(before is null ? [] : [(World.LastSubject, before, audience)]);
    }

    private void Move(string author, (string Id, string Author, Audience? Audience) movement)
    {
        var audience = To(movement.Audience, 12);
        if (_random.Next(4) == 0)
        {
            var (type, act) = Pick(
            [
                ("decide", """{"decision":"approved"}"""),
                ("decide", """{"decision":"denied","reason":"security","authority":"idf"}"""),
                ("decide", """{"decision":"denied","reason":"route","authority":"un"}"""), ("no-answer", "{}"),
            ]);
            Decide("idf", $"movement.{type}", movement.Id, act, audience);
            return;
        }

        var step = Pick(Steps);
        var recipient = Pick(["idf", "un"]);
        var point = Pick(["", ",\"at-point\":\"line-1\""]);
        World.Add(step == "acknowledge" ? recipient : author, $"movement.{step}", movement.Id, step switch
        {
            "postpone" => """{"reason":"own"}""",
            "hold" => $$"""{"by":"{{Word(audience, Pick(["idf", "force"]))}}"{{point}}{{Since()}}}""",
            "impede" => """{"how":"delay"}""",
            "abort" => Pick(["""{"reason":"held"}""", """{"reason":"own"}"""]),
            "withdraw" => """{"reason":"logistics"}""",
            "transmit" => $$"""{"recipient":"{{recipient}}"}""",
            "receive" => $$"""{"recipient":"{{recipient}}","unit":"{{Pick(["cell", "desk"])}}"}""",
            "acknowledge" => $$"""{"recipient":"{{recipient}}","unit":"cell","function":"duty officer"}""",
            _ => "{}",
        }, audience, at: World.Now - (_random.Next(3) * World.Hour));
    }

    /// <summary>
    /// Decides as somebody who saw the last decision; now and then as one who did not, and whose word conflicts then.
    /// </summary>
    private void Decide(string author, string type, string subject, string act, Audience? audience)
    {
        if (_random.Next(6) == 0)
        {
            World.Send(author, type, act == "{}" ? $$"""{"subject":"{{subject}}"}"""
                : $$"""{"subject":"{{subject}}",{{act[1..]}}""", audience,
                expects: [new Expectation(subject, Digest.Of([1]))]);
            return;
        }

        World.Decide(author, type, subject, act, audience);
    }

    /// <summary>Notifies a site or states a hazard, or says what became of one.</summary>
    private void Mark(string author, Audience? audience)
    {
        if (_places.Count > 2 && _random.Next(2) == 0)
        {
            var (id, own) = Pick(_places.ToArray());
            var (type, act) = id.StartsWith("site/", StringComparison.Ordinal)
                ? ("site.withdraw", """{"reason":"closed"}""")
                : (Pick(["hazard.confirm", "hazard.clear"]), """{"source":"clinic"}""");
            World.Add(author, type, id, act, own);
            return;
        }

        if (_random.Next(2) == 0)
        {
            World.Send(author, "site.notify", $$"""
                {"kind":"{{Other(audience, Pick(["clinic", "shelter"]), "school")}}",
                 "recipients":["idf"]}
                """, audience);
        }
        else
        {
            World.Send(author, "hazard.state", $$"""
                {"kind":"{{Other(audience, Pick(["mines", "other"]), "structure")}}",
                 "confidence":"reported","source":"clinic"}
                """, audience);
        }

        _places.Add((World.LastSubject, audience));
    }

    /// <summary>The step that is next for an incident; now and then one that is not.</summary>
    private void Judge((string Id, string Author, Audience? Audience) incident)
    {
        var (id, _, audience) = incident;
        var here = World.All.Subjects[id];
        var next = here["progress"] == "reported" ? "triage"
            : here["fact"] == "under-verification" ? "verify"
            : here["fact"] == "verified" && here["attribution"] == "open" ? "attribute"
            : here["fact"] == "verified" ? Pick(["decide", "attribute"]) : "set-out";
        if (_random.Next(5) == 0)
        {
            next = Pick(["triage", "set-out", "verify", "attribute", "decide"]);
        }

        // Whether a breach is decided is the committee's word, after a review in law.
        if (next == "decide" && !here.All("legal-review").Any())
        {
            World.Add("monitors", "incident.legal-review", id, """{"finding":"engages"}""", audience);
        }

        var standard = Pick(["reasonable-grounds", "reasonable-grounds", "clear-and-convincing"]);
        var party = Word(audience, Pick(["idf", "idf", "agencies"]));
        var triage = Pick(["triaged", "triaged", "triaged", "out-of-scope"]);
        var (finding, why) = Pick(
        [
            ("verified", ""), ("verified", ""), ("verified", ""), ("partly", ""), ("refuted", ""),
            ("unverifiable", ",\"why\":\"access-denied\""), ("unverifiable", ",\"why\":\"too-late\""),
            ("unverifiable", $",\"why\":\"{Pick(["too-late", "access-denied", "no-source"])}\""),
        ]);
        Decide(next == "decide" ? "committee" : "monitors", $"incident.{next}", id, next switch
        {
            "triage" => $$"""{"triage":"{{triage}}"}""",
            "verify" => $$"""{"finding":"{{finding}}","standard":"{{standard}}"{{why}}}""",
            "attribute" => Pick(
            [
                $$"""{"attribution":"attributed","parties":["{{party}}"],"standard":"{{standard}}"}""",
                $$"""{"attribution":"multiple","parties":["{{party}}","force"],"standard":"{{standard}}"}""",
                $$"""{"attribution":"undetermined","standard":"{{standard}}"}""",
                $$"""{"attribution":"contested","parties":["{{party}}"],"standard":"{{standard}}"}""",
                $$"""{"attribution":"contested","parties":["{{party}}","force"],"standard":"{{standard}}"}""",
            ]),
            "decide" => $$"""{"breach":"decided","is-breach":{{Pick(["true", "false"])}}}""",
            _ => "{}",
        }, audience);
    }

    /// <summary>What anybody adds to an incident: harm, evidence, that access was denied, a word taken back.</summary>
    private void AddTo((string Id, string Author, Audience? Audience) incident)
    {
        var (id, audience) = (incident.Id, To(incident.Audience, 10));
        var by = Word(audience, Pick(["idf", "force"]));
        var hours = Pick(["", ",\"hours\":3", ",\"hours\":2"]);
        switch (_random.Next(8))
        {
            case <= 3:
                Harm(id, audience);
                break;
            case 4 when _harm.Count > 0:
                var taken = Pick(_harm.ToArray());
                World.Add(_random.Next(4) == 0 ? "idf" : taken.Author, "incident.correction", taken.Incident,
                    $$"""{"corrects":"{{taken.Hash}}","retracts":true}""", taken.Audience);
                break;
            case 5 or 6:
                World.Add("monitors", "incident.access-denied", id,
                    $$"""{"by":"{{by}}","since":{{World.Start}}{{hours}}}""", audience);
                _harm.Add((id, "monitors", World.Entries[^1].Received.Hash, audience));
                break;
            default:
                World.Add("un", "incident.evidence", id, $$"""{"evidence":"{{Digest.Of([1])}}","form":"video"}""",
                    audience);
                break;
        }
    }

    private void Harm(string id, Audience? audience)
    {
        var (author, best) = (Pick(["un", "clinic"]), _random.Next(5));
        var asOf = World.Now - (_random.Next(60) * World.Hour);
        var said = new List<string>
        {
            $"\"source\":\"{Word(audience, Pick(["clinic", "army"]))}\"", "\"source-kind\":\"medical\"",
        };
        foreach (var what in new[] { "killed", "injured" })
        {
            said.AddRange(new[] { ("low", best), ("best", best + 1), ("high", best + 4) }
                .Where(_ => _random.Next(3) > 0).Select(n => $"\"{what}-{n.Item1}\":{n.Item2}"));
        }

        said.AddRange(Pick(["", $"\"as-of\":{asOf}"]) is { Length: > 0 } held ? [held] : []);
        if (said.Any(w => w.StartsWith("\"killed-", StringComparison.Ordinal)) && best >= 3)
        {
            said.AddRange(new[] { ("female", 1), ("male", best - 2), ("under-5", 0), ("5-to-17", best - 1) }
                .Where(_ => _random.Next(3) > 0).Select(b => $"\"killed-{b.Item1}\":{b.Item2}"));
        }

        said.AddRange(Pick(["", "[\"homes\"]", "[\"homes\",\"water\"]"]) is { Length: > 0 } damage
            ? [$"\"damage\":{damage}"] : []);
        World.Add(author, "incident.harm", id, $"{{{string.Join(',', said)}}}", audience);
        _harm.Add((id, author, World.Entries[^1].Received.Hash, audience));
    }

    /// <summary>
    /// What somebody may say that he continues: his own; now and then another's too, who is not replaced by that.
    /// </summary>
    private (string Id, string Author, Audience? Audience)[] Continuable(
        List<(string Id, string Author, Audience? Audience)> all, string author, Audience? audience)
    {
        var anybodys = _random.Next(6) == 0;
        return [.. all.Where(m => (anybodys || m.Author == author) && (m.Audience is null || audience is not null))];
    }

    /// <summary>
    /// The readers of a subject; once in so many times the wrong ones: fewer, or everybody. What is sent to them counts
    /// for nothing.
    /// </summary>
    private Audience? To(Audience? readers, int once) =>
        _random.Next(once) > 0 ? readers : readers is null ? Owners : null;

    private T Pick<T>(T[] of) => of[_random.Next(of.Length)];

    private string Word(Audience? audience, string word) => Other(audience, word, "somebody else");

    /// <summary>A word; in the other world another, where not everybody may read it.</summary>
    private string Other(Audience? audience, string word, string other) =>
        audience is not null && _isOther ? other : word;
}
