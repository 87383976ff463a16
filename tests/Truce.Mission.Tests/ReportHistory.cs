using System.Globalization;
using Truce.Record;

namespace Truce.Mission.Tests;

/// <summary>
/// A mission of random acts, some for everybody and some for an audience. Two histories of one seed differ in nothing
/// but what the confidential acts say.
/// </summary>
internal sealed class ReportHistory
{
    private static readonly string[] Authors = ["agencies", "idf", "un", "monitors"];
    private static readonly string[] Purposes = ["food", "fuel", "medical"];
    private static readonly string[] Steps =
        ["postpone", "depart", "hold", "resume", "impede", "complete", "part", "abort", "withdraw", "receive"];

    private readonly Random _random;
    private readonly bool _isOther;
    private readonly List<(string Id, string Author, Audience? Audience)> _movements = [];
    private readonly List<(string Id, Audience? Audience)> _incidents = [];

    /// <param name="seed">The seed.</param>
    /// <param name="acts">How many acts.</param>
    /// <param name="isOther">Whether confidential acts say something else.</param>
    public ReportHistory(int seed, int acts = 120, bool isOther = false)
    {
        (_random, _isOther) = (new Random(seed), isOther);
        World.Framework(Frameworks.Curfew);
        World.Send("un", "watch.open", """{"post":"operations","function":"duty officer"}""");
        for (var i = 0; i < acts; i++)
        {
            World.After(_random.Next(1, 4) * World.Hour / 2);
            Act();
        }
    }

    /// <summary>The two who may read what is not public.</summary>
    public static Audience Owners { get; } = Audience.Of("agencies", "un").Required();

    public World World { get; } = new();

    private void Act()
    {
        var (author, audience) = (Pick(Authors), _random.Next(3) == 0 ? Owners : null);
        switch (_random.Next(10))
        {
            case 0 or 1:
                Notify(author, audience);
                break;
            case 2:
                Report(author, audience);
                break;
            case <= 6 when _movements.Count > 0:
                Move(author, _movements[_random.Next(_movements.Count)]);
                break;
            case <= 8 when _incidents.Count > 0:
                Judge(_incidents[_random.Next(_incidents.Count)]);
                break;
            default:
                World.Send(author, "message.send", $$"""
                    {"channel":"radio","to":["{{Word(audience, "idf")}}"],"urgency":"urgent"}
                    """, audience);
                break;
        }
    }

    private void Notify(string author, Audience? audience)
    {
        var own = _movements.Where(m => m.Author == author && (m.Audience is null || audience is not null)).ToArray();
        var continues = own.Length > 0 && _random.Next(4) == 0 ? $"\"continues\":\"{Pick(own).Id}\"," : "";
        var mode = Pick(["notify-only", "needs-clearance"]);
        var departure = (World.Now + (_random.Next(-10, 60) * World.Hour)).ToString(CultureInfo.InvariantCulture);
        World.Send(author, "movement.notify", $$"""
            {{{continues}}"mode":"{{mode}}","kind":"convoy","purpose":"{{Purpose(audience, Pick(Purposes))}}",
             "departure":{{departure}},"recipients":["idf"],"place":["{{Pick(["north", "south"])}}"]}
            """, audience);
        _movements.Add((World.LastSubject, author, audience));
    }

    private void Report(string author, Audience? audience)
    {
        var hit = _movements.Where(m => m.Audience is null || audience is not null).ToArray();
        var of = hit.Length > 0 && _random.Next(3) == 0 ? $"\"object\":\"{Pick(hit).Id}\"," : "";
        World.Send(author, "incident.report", $$"""
            {{{of}}"kind":"{{(audience is not null && _isOther ? "raid" : "shooting")}}","source-kinds":["witness"],
             "alleged":["{{Word(audience, Pick(["force", "idf"]))}}"]}
            """, audience);
        _incidents.Add((World.LastSubject, audience));
    }

    private void Move(string author, (string Id, string Author, Audience? Audience) movement)
    {
        // Now and then to the wrong readers: then it counts for nothing.
        var audience = _random.Next(12) == 0 && movement.Audience is null ? Owners : movement.Audience;
        if (_random.Next(4) == 0)
        {
            World.Decide("idf", "movement.decide", movement.Id, Pick(
            [
                """{"decision":"approved"}""", """{"decision":"denied","reason":"security","authority":"idf"}""",
            ]), audience);
            return;
        }

        var step = Pick(Steps);
        World.Add(author, $"movement.{step}", movement.Id, step switch
        {
            "postpone" => """{"reason":"own"}""",
            "hold" => $$"""{"by":"{{Word(audience, "idf")}}"}""",
            "impede" => """{"how":"delay"}""",
            "abort" => Pick(["""{"reason":"held"}""", """{"reason":"own"}"""]),
            "withdraw" => """{"reason":"logistics"}""",
            "receive" => """{"recipient":"idf","unit":"cell"}""",
            _ => "{}",
        }, audience, at: World.Now - (_random.Next(3) * World.Hour));
    }

    private void Judge((string Id, Audience? Audience) incident)
    {
        var (id, audience) = incident;
        switch (_random.Next(6))
        {
            case 0:
                World.Decide("monitors", "incident.triage", id, """{"triage":"triaged"}""", audience);
                break;
            case 1:
                World.Decide("monitors", "incident.set-out", id, "{}", audience);
                break;
            case 2:
                World.Decide("monitors", "incident.verify", id,
                    Pick([
                        """{"finding":"verified","standard":"reasonable-grounds"}""",
                        """{"finding":"unverifiable","why":"too-late","standard":"reasonable-grounds"}""",
                    ]), audience);
                break;
            case 3:
                World.Decide("monitors", "incident.attribute", id,
                    $$"""
                    {"attribution":"attributed","parties":["{{Word(audience, "idf")}}"],"standard":"reasonable-grounds"}
                    """, audience);
                break;
            case 4:
                World.Add("un", "incident.harm", id,
                    $$"""
                    {"source":"{{Word(audience, "clinic")}}","source-kind":"medical","killed-best":{{_random.Next(5)}}}
                    """, audience);
                break;
            default:
                World.Add("monitors", "incident.access-denied", id,
                    $$"""{"by":"{{Word(audience, "idf")}}","since":{{World.Start}}}""", audience);
                break;
        }
    }

    private T Pick<T>(T[] of) => of[_random.Next(of.Length)];

    private string Word(Audience? audience, string word) => audience is not null && _isOther ? "somebody else" : word;

    private string Purpose(Audience? audience, string purpose) => audience is not null && _isOther ? "water" : purpose;
}
