using System.Globalization;
using Truce.Record;

namespace Truce.Mission.Tests;

/// <summary>
/// Acts on what reports count beside movements and incidents: duplicates, protests, crossings, counts, detention, use
/// of force, complaints, own casualties, watches, messages, and the mission's own terms.
/// </summary>
internal sealed partial class ReportHistory
{
    /// <summary>Midnight of a Monday where the mission is: of the week in which it begins.</summary>
    private const long Monday = World.Start - (111 * World.Hour);

    private const long Week = 7 * 24 * World.Hour;

    private static readonly string Hash = Digest.Of([1]).ToString();

    private readonly Dictionary<string, List<(string Id, string Author, Audience? Audience)>> _more = [];
    private readonly List<(string Id, Digest Hash, Audience? Audience)> _heldWords = [];

    private void ActOnMore(string author, Audience? audience)
    {
        switch (_random.Next(18))
        {
            case <= 1 when _incidents.Count > 1:
                Merge();
                break;
            case <= 4 when _incidents.Count > 0:
                Follow(Pick(_incidents.ToArray()));
                break;
            case 5 or 16 or 17:
                Crossing(author, audience);
                break;
            case 6 or 7:
                Count(author, audience);
                break;
            case 8 or 9:
                Detain(audience);
                break;
            case 10:
                UseForce(audience);
                break;
            case 11 or 12:
                Complain(author, audience);
                break;
            case 13:
                Lose(Pick(["force", "idf"]), audience);
                break;
            case 14:
                KeepWatch(audience);
                break;
            default:
                Answer(author, audience);
                break;
        }
    }

    /// <summary>Opens something of a machine, or picks what is there; null where it opened.</summary>
    private (string Id, string Author, Audience? Audience)? Open(
        string machine, int most, Func<(string Author, string Type, string Act)> opening, Audience? audience)
    {
        if (!_more.TryGetValue(machine, out var all))
        {
            _more.Add(machine, all = []);
        }

        if (all.Count > 0 && (all.Count >= most || _random.Next(3) > 0))
        {
            return Pick(all.ToArray());
        }

        var (author, type, act) = opening();
        if (World.Send(author, type, act, audience).Kind == OutcomeKind.Applied)
        {
            all.Add((World.LastSubject, author, audience));
        }

        return null;
    }

    /// <summary>Says that two incidents are one: decided, or listed as perhaps so.</summary>
    private void Merge()
    {
        var (id, _, audience) = Pick(_incidents.ToArray());
        var others = _incidents.Where(i => i.Audience is null || Equals(i.Audience, audience)).ToArray();
        if (others.Length == 0)
        {
            return;
        }

        var other = Pick(others).Id;
        if (_continuations.Count > 0 && _random.Next(4) == 0)
        {
            (id, other, audience) = Pick(_continuations.ToArray());
        }

        if (_random.Next(4) == 0)
        {
            World.Add("un", "incident.merge", id, $$"""{"merged":"{{other}}"}""", audience);
            return;
        }

        Decide("monitors", "incident.duplicate", id, $$"""{"duplicate-of":"{{other}}"}""", audience);
    }

    /// <summary>What follows an incident, and what its author and others add to its report.</summary>
    private void Follow((string Id, string Author, Audience? Audience) incident)
    {
        var (id, author, audience) = (incident.Id, incident.Author, To(incident.Audience, 10));
        var by = _random.Next(3) == 0 ? "clinic" : author;
        var said = Pick(
        [
            $"\"kind\":\"{Other(audience, "shelling", "threat")}\"", $"\"alleged\":[\"{Word(audience, "idf")}\"]",
            $"\"complainant\":\"{Word(audience, "town")}\"", Hit(audience).TrimEnd(','), "\"explosions\":1",
        ]);
        var waits = World.All.Subjects[id]["protest"] == "sent";
        switch (waits ? Pick([0, 5, 5, 6, 6, 6]) : _random.Next(9))
        {
            case <= 1:
                World.Add(by, "incident.amend", id, $"{{{said}}}", audience,
                    World.Now - (_random.Next(9) * World.Hour));
                _harm.Add((id, by, World.Entries[^1].Received.Hash, audience));
                break;
            case 2:
                World.Add("agencies", "incident.refer", id,
                    $$"""{"cases":{{Other(audience, "2", "3")}},"body":"{{Pick(["icrc", "clinic"])}}"}""",
                    Owners);
                break;
            case 3 or 4:
                Decide("un", "incident.protest", id, """{"addressee":"idf"}""", audience);
                break;
            case 5:
                Decide("idf", "incident.answer", id, """{"answer":"reject"}""", audience);
                break;
            case 6:
                Decide("agencies", "incident.unanswered", id, "{}", audience);
                break;
            case 7:
                Decide("idf", "incident.measure", id, """{"measure":"apology"}""", audience);
                break;
            default:
                var (type, act) = Pick(
                    [("close", """{"outcome":"settled"}"""), ("reopen", """{"reason":"appeal"}""")]);
                Decide("un", $"incident.{type}", id, act, audience);
                break;
        }
    }

    private void Crossing(string author, Audience? audience)
    {
        if (Open("crossing", 3, () => (author, "crossing.list",
            $$"""{"crossing":"{{Word(audience, Pick(["gate-1", "gate-2"]))}}"}"""), audience) is not { } crossing)
        {
            return;
        }

        var to = To(crossing.Audience, 8);
        World.Add(author, "crossing.state", crossing.Id, $$"""
            {"status":"{{Other(to, Pick(["open", "closed"]), "partly")}}",
             "source":"{{Word(to, Pick([author, "depot"]))}}"}
            """, to, World.Now - (_random.Next(-4, 30) * World.Hour));
    }

    private void Count(string author, Audience? audience)
    {
        var of = Pick(["fuel", "trucks", "movements"]);
        if (Open("count", 6, () => (author, "count.open",
            $$"""{"indicator":"{{of}}","unit":"{{Word(audience, "units")}}","of":"{{of}}"}"""), audience)
            is not { } count)
        {
            return;
        }

        if (_random.Next(16) == 0)
        {
            World.Add(author, "count.close", count.Id, "{}", count.Audience);
            return;
        }

        var to = To(count.Audience, 8);
        var value = _random.Next(4);
        var says = Pick(
        [
            $"\"value\":{value + 10}", $"\"value\":{value + 10},\"low\":{value},\"high\":{value + 20}",
            "\"why-blank\":\"no-access\"",
        ]);
        var week = Pick([Monday - Week, Monday, Monday + Week, Monday + (24 * World.Hour)]);
        var where = Pick(
        [
            "", $",\"at\":{{\"from\":{week},\"to\":{week + Week}}},\"place\":[\"north\"]",
            $",\"at\":{{\"from\":{week},\"to\":{week + Week}}},\"place\":[\"north\"]",
            $",\"at\":{{\"from\":{week},\"to\":{week + Week}}},\"place\":[\"north+line\"]",
        ]);
        World.Add(author, "count.figure", count.Id, $$"""
            {{{says}},"source":"{{Word(to, Pick(["depot", author]))}}",
             "as-of":{{World.Now - (_random.Next(120) * World.Hour)}}{{where}}}
            """, to);
    }

    private void Detain(Audience? audience)
    {
        var (held, out1, out2) = (_random.Next(5), _random.Next(3), _random.Next(3));
        if (Open("detention", 5, () => ("force", "detention.report", $$"""
            {"ground":"security","held":{{Other(audience, $"{held + 1}", "9")}},"hours-max":2{{Recipient(audience)}}}
            """), audience) is not { } detention)
        {
            _heldWords.Add((World.LastSubject, World.Entries[^1].Received.Hash, audience));
            return;
        }

        var (id, _, to) = detention;
        var sent = To(to, 8);
        var late = World.Now - (_random.Next(40) * World.Hour);
        var gone = $"\"released\":{out1},\"transferred\":{Other(sent, $"{out2}", "8")}";
        switch (_random.Next(8))
        {
            case <= 3:
                World.Add(Pick(["force", "force", "force", "idf"]), "detention.count", id, $$"""
                    {"held":{{held}},"hours-max":3{{(_random.Next(2) == 0 ? $",{gone}" : "")}}{{Recipient(sent)}}}
                    """, sent, late);
                _heldWords.Add((id, World.Entries[^1].Received.Hash, sent));
                break;
            case 4:
                World.Add("force", "detention.tell", id, $$"""{"body":"{{Pick(["icrc", "agencies"])}}"}""", sent, late);
                _heldWords.Add((id, World.Entries[^1].Received.Hash, sent));
                break;
            case 5:
                World.Add("force", "detention.end", id, $$"""{{{gone}}}""", sent, late);
                _heldWords.Add((id, World.Entries[^1].Received.Hash, sent));
                break;
            case 6:
                World.Add("force", "detention.note", id, $$"""{"text":"{{Hash}}"}""", sent);
                break;
            default:
                var word = Pick(_heldWords.TakeLast(4).ToArray());
                World.Add(Pick(["force", "force", "idf"]), "detention.correction", word.Id,
                    $$"""{"corrects":"{{word.Hash}}","retracts":{{Pick(["true", "true", "false"])}}}""", word.Audience);
                break;
        }
    }

    private string Recipient(Audience? audience) => Pick(["", "", ",\"icrc-told\":true",
        $",\"recipient\":\"{Word(audience, "police")}\""]);

    private void UseForce(Audience? audience)
    {
        var happened = World.Now - (_random.Next(-20, 60) * World.Hour);
        if (Open("force-use", 6, () => ("force", "force-use.report", $$"""
            {"unit":"{{Word(audience, "patrol-2")}}","kinds":["firearm"],"warning":"given","occasion":"crowd"
             {{Pick(["", ",\"reviewer\":\"monitors\""])}}
             {{Pick(["", $",\"at\":{{\"from\":{happened},\"to\":{happened + World.Hour}}}"])}}}
            """), audience) is not { } use)
        {
            return;
        }

        var (type, act) = Pick(
        [
            ("receive", "{}"), ("receive", "{}"), ("close", "{}"), ("refer", """{"body":"committee"}"""),
            ("reopen", """{"reason":"appeal"}"""),
            ("review", """{"finding":"unclear","standard":"reasonable-grounds"}"""),
        ]);
        if (World.All.Subjects[use.Id]["review"] is "received" or "reviewed" && _random.Next(2) == 0)
        {
            (type, act) = World.All.Subjects[use.Id]["review"] == "reviewed"
                ? Pick([("close", "{}"), ("refer", """{"body":"committee"}""")])
                : ("review", """{"finding":"unclear","standard":"reasonable-grounds"}""");
        }

        Decide("monitors", $"force-use.{type}", use.Id, act, use.Audience);
    }

    private void Complain(string author, Audience? audience)
    {
        var happened = World.Now - (_random.Next(-20, 60) * World.Hour);
        if (Open("complaint", 6, () => (author, "complaint.lodge", $$"""
            {"kinds":["damage"],"alleged":["{{Word(audience, "idf")}}"]
             {{Pick(["", ",\"addressee\":\"idf\""])}}
             {{Pick(["", $",\"at\":{{\"from\":{happened},\"to\":{happened + World.Hour}}}"])}}}
            """), audience) is not { } complaint)
        {
            return;
        }

        var type = Pick(["acknowledge", "acknowledge", "examine", "answer", "answer", "unanswered", "measure",
            "reopen"]);
        Decide(type switch { "answer" => "idf", "examine" => "monitors", _ => "un" }, $"complaint.{type}", complaint.Id,
            type switch
            {
                "examine" => """{"finding":"upheld","standard":"reasonable-grounds"}""",
                "answer" => """{"answer":"explain"}""",
                "measure" => """{"measure":"apology"}""",
                "reopen" => """{"reason":"appeal"}""",
                _ => "{}",
            }, complaint.Audience);
    }

    /// <summary>Own casualties: reported, corrected, their kin informed, released.</summary>
    private void Lose(string whose, Audience? audience)
    {
        var (killed, injured) = (_random.Next(4), _random.Next(4));
        var happened = World.Now - (_random.Next(-20, 40) * World.Hour);
        string Figures(Audience? to, string embargo) => $$"""
            "killed":{{Other(to, $"{killed}", "7")}},"injured":{{Other(to, $"{injured}", "8")}},"missing":1,
            "embargo":"{{(to is null ? "kin-informed" : embargo)}}"
            """;
        if (Open("casualties", 8, () => (whose, "casualties.report", $$"""
            {"contingent":"{{whose}}",{{Figures(audience, "kin-not-informed")}},"place":["north"]
             {{Pick(["", $",\"at\":{{\"from\":{happened},\"to\":{happened + World.Hour}}}"])}}}
            """), audience) is not { } lost)
        {
            return;
        }

        var (id, author, to) = lost;
        if (to is null || _random.Next(4) == 0)
        {
            Decide(author, "casualties.correct", id,
                $"{{{Figures(to, Pick(["kin-not-informed", "kin-informed"]))}}}", to);
            return;
        }

        if (World.All.Subjects[id]["embargo"] == "kin-not-informed")
        {
            Decide(author, "casualties.inform", id, "{}", to);
            return;
        }

        if (_more["casualties"].Where(c => c.Audience is null && c.Author == author).ToArray() is { Length: > 0 } open)
        {
            Decide(author, "casualties.release", id, $$"""{"released-as":"{{Pick(open).Id}}"}""", to);
        }
    }

    private void KeepWatch(Audience? audience)
    {
        if (Open("watch", 3, () => ("un", "watch.open",
            $$"""{"post":"{{Word(audience, "gate")}}","function":"duty officer"}"""), audience) is not { } watch)
        {
            return;
        }

        var (id, _, to) = watch;
        var item = Pick(["a", "b", "c"]);
        var sent = To(to, 3);
        switch (_random.Next(8))
        {
            case <= 3:
                World.Add("un", "watch.item", id, $$"""
                    {"item":"{{item}}","kind":"order"{{Pick(["", ",\"open\":true", ",\"open\":true"])}}
                     {{Pick(["", $",\"owner\":\"{Word(sent, "liaison")}\""])}}}
                    """, sent, World.Now - (_random.Next(6) * World.Hour));
                break;
            case 4:
                World.Add("un", "watch.done", id, $$"""{"item":"{{item}}"}""", sent);
                break;
            case 5 or 6:
                var hands = World.All.Subjects[id]["state"] != "handed-over";
                Decide("un", hands ? "watch.hand-over" : "watch.take-over", id, $$"""
                    {"function":"{{(hands ? "duty officer" : "night officer")}}","items":["a","b","c"]
                     {{(hands ? ",\"to\":\"night officer\"" : "")}}}
                    """, to);
                break;
            default:
                Decide("un", "watch.close", id, """{"function":"duty officer"}""", to);
                break;
        }
    }

    private void Send(string author, Audience? audience)
    {
        World.Send(author, Pick(["message.send", "message.send", "message.call"]), $$"""
            {"channel":"radio","to":["{{Word(audience, Pick(["idf", "un", "idf\",\"un"]))}}"],
             "urgency":"{{Pick(["urgent", "routine"])}}"{{Pick(["", "", ",\"test\":true"])}}}
            """, audience);
        _messages.Add((World.LastSubject, author, audience));
    }

    /// <summary>What becomes of a message, by the word of its addressee and by that of others.</summary>
    private void Answer(string author, Audience? audience)
    {
        if (_messages.Count == 0)
        {
            Send(author, audience);
            return;
        }

        var (id, _, to) = Pick(_messages.ToArray());
        var recipient = Pick(["idf", "un"]);
        var step = Pick(["deliver", "receive", "acknowledge", "acknowledge", "act", "reject", "escalate", "close"]);
        var rest = step switch
        {
            "acknowledge" => ",\"function\":\"duty officer\"",
            "act" => ",\"what\":\"let-pass\"",
            "reject" => ",\"reason\":\"danger\"",
            _ => "",
        };
        World.Add(_random.Next(4) > 0 ? recipient : author, $"message.{step}", id, step switch
        {
            "escalate" => $$"""{"level":"{{Pick(["second", "third"])}}","to":["{{Pick(["un", "committee"])}}"]}""",
            "close" => """{"result":"done"}""",
            "deliver" => $$"""{"recipient":"{{recipient}}"}""",
            _ => $$"""{"recipient":"{{recipient}}","unit":"{{Word(to, "cell")}}"{{rest}}}""",
        }, to, World.Now - (_random.Next(6) * World.Hour));
    }

    /// <summary>What was hit, as a field of a report; now and then nothing.</summary>
    private string Hit(Audience? audience)
    {
        var hit = _movements.Where(m => m.Audience is null || audience is not null).ToArray();
        return hit.Length > 0 && _random.Next(3) == 0 ? $"\"object\":\"{Pick(hit).Id}\"," : "";
    }

    private string Since() => Pick(["", string.Create(CultureInfo.InvariantCulture,
        $",\"since\":{World.Now - (_random.Next(20) * World.Hour)}")]);

    /// <summary>The mission's own terms, so short that answers fall due.</summary>
    private void Declare()
    {
        foreach (var term in new[] { "complaint-answer", "use-of-force-review", "protest-answer", "kin-informed" })
        {
            World.Send("committee", "terms.declare", string.Create(CultureInfo.InvariantCulture,
                $$"""{"term":"{{term}}","minutes":{{_random.Next(10, 60) * 60}},"source":"order 9"}"""));
        }
    }
}
