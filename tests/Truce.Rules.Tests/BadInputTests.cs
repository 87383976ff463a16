using System.Globalization;
using System.Text;

namespace Truce.Rules.Tests;

/// <summary>Text in, diagnostics out. What a case leaves out, the reference's preamble supplies after it.</summary>
public sealed class BadInputTests
{
    private sealed record Case(string Name, byte[] Bytes, string[] Expected);

    private static Case Text(string name, string text, params string[] expected) =>
        new(name, Encoding.UTF8.GetBytes(text), expected);

    private static Case Part(string name, string fragment, params string[] expected) =>
        Text(name, ReferenceExample.Complete(fragment + "\n"), expected);

    /// <summary>Rules in one line each; the id, source and basis are supplied.</summary>
    private static Case Rules(string name, string rules, params string[] expected) => Part(name,
        "rules:\n" + string.Join('\n', rules.Split('\n').Select(r => $"  - {{{r}, source: S, basis: " +
            $"text}}")), expected);

    private static IEnumerable<Case> Files() =>
    [
        Text("an empty file", "", "F009 the file is empty"),
        Text("comments alone", "# nothing\n\n# more\n",
            "F009 the file is empty"),
        Text("blanks alone", "   \n\n  ",
            "F009 the file is empty"),
        Text("a word", "truce",
            "1:1 F009 a framework file is a mapping of keys to values, this is `truce`"),
        Text("a list", "- truce: 1\n",
            "1:1 F009 a framework file is a mapping of keys to values, this is a list"),
        Text("an empty mapping", "{}",
            "1:1 F009 the file has no key that can be read"),
        new("UTF-16", [0xFF, 0xFE, .. Encoding.Unicode.GetBytes("truce: 1\n")],
            ["1:1 F003 the file is not valid UTF-8 here"]),
        new("bad UTF-8", [.. "truce: 1\nframework: gr"u8, 0xFC, .. "n\n"u8],
            ["2:14 F003 the file is not valid UTF-8 here"]),
        new("UTF-8 that is cut off", [.. "truce: 1\nframework: "u8, 0xE2, 0x82],
            ["2:12 F003 the file is not valid UTF-8 here"]),
        new("an overlong slash", [.. "a: "u8, 0xC0, 0xAF],
            ["1:4 F003 the file is not valid UTF-8 here"]),
        new("a byte order mark is no " +
            "defect", [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(ReferenceExample.Complete(""))], []),
        Text("CR LF is no defect", ReferenceExample.Complete("").Replace("\n", "\r\n", StringComparison.Ordinal)),
        Text("a zero byte", "truce: 1\nframework: a\0b\n",
            "2:14 F004 this is not YAML: while parsing a block mapping, did not find expected key"),
        Text("a tab in the indentation", "areas:\n\tsectors: [a]\n",
            "2:1 F005 a tab is used for indentation"),
        Text("a tab after blanks", "areas:\n  \tsectors: [a]\n",
            "2:3 F005 a tab is used for indentation"),
        Text("a bracket that stays open", "areas: {sectors: [a, b}\n",
            "1:23 F004 this is not YAML: while parsing a flow sequence, did not find expected ',' or ']'"),
        Text("a quote that stays open", "framework: \"a\n",
            "1:12 F004 this is not YAML: while scanning a quoted scalar, found unexpected end of stream"),
        Text("a colon too many", "framework: a: b\n",
            "1:13 F004 this is not YAML: while scanning a plain scalar value, found invalid mapping"),
    ];

    private static IEnumerable<Case> Shapes() =>
    [
        Text("two documents", "truce: 1\n---\ntruce: 1\n",
            "2:1 F004 the file has a second YAML document"),
        Text("an alias bomb", "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n",
            "1:4 F006 anchors and tags are not part of the language"),
        Text("an alias", "truce: 1\nframework: *name\n",
            "2:12 F006 `*name` is an alias"),
        Text("a merge key", "truce: 1\n<<: *base\n",
            "2:5 F006 `*base` is an alias"),
        Text("a tag", "truce: !!int 1\n",
            "1:8 F006 anchors and tags are not part of the language"),
        Text("deep nesting", "a: " + new string('[', 30) + new string(']', 30),
            "1:28 F007 the nesting is deeper than 24"),
        Text("very deep nesting", new string('[', 200_000),
            "1:26 F007 the nesting is deeper than 24"),
        Text("very deep mappings", string.Concat(Enumerable.Repeat("{a: ", 100_000)),
            "1:98 F007 the nesting is deeper than 24"),
        Text("a key that is a list", "? [a, b]\n: c\n",
            "1:1 F009 the file has no key that can be read",
            "1:3 F103 a key must be a word, this is a list"),
        Text("10 MB", new string('#', 10_000_000),
            "F002 the file is larger than 4,194,304 bytes, the limit"),
        Text("one byte too many", new string('#', Limits.FileBytes + 1),
            "F002 the file is larger than 4,194,304 bytes, the limit"),
        Text("as large as may be", new string('#', Limits.FileBytes),
            "F009 the file is empty"),
        Text("a key twice", "truce: 1\nzone: UTC\nzone: UTC\n",
            "1:1 F102 a framework lacks `framework`",
            "1:1 F102 a framework lacks `status`",
            "1:1 F102 a framework lacks `areas`",
            "3:1 F008 the key `zone` stands twice, first on line 2"),
        Part("a key twice, further in", "actions:\n  patrol: {is: patrol, is: search}",
            "2:24 F008 the key `is` stands twice, first on line 2"),
        Text("another version", ReferenceExample.Complete("").Replace("truce: 1", "truce: 2", StringComparison.Ordinal),
            "1:8 F010 this program reads version 1 of the language, not `2`"),
        Part("a version in quotes is the same", "truce: \"1\""),
    ];

    private static IEnumerable<Case> Names() =>
    [
        Part("an unknown key", "truse: 1",
            "1:1 F101 a framework has no key `truse`"),
        Part("a key misspelt", "zoen: UTC",
            "1:1 F101 a framework has no key `zoen`"),
        Rules("an unknown actor", "id: r, grant: amry, may: patrol",
            "2:20 F201 unknown actor `amry`"),
        Rules("an unknown action", "id: r, grant: army, may: patroll",
            "2:31 F201 unknown action `patroll`"),
        Rules("an unknown area", "id: r, grant: army, may: patrol, in: nort",
            "2:43 F201 unknown area `nort`"),
        Rules("an unknown part of an intersection", "id: r, grant: army, may: patrol, in: north + line-1",
            "2:43 F201 unknown area `line-1`"),
        Rules("an unknown phase", "id: r, grant: army, may: patrol, during: later",
            "2:47 F201 unknown phase `later`"),
        Rules("an unknown fact", "id: r, grant: army, may: patrol, if: attack",
            "2:43 F201 unknown fact `attack`"),
        Rules("an unknown rule", "id: r, grant: army, may: patrol, overrides: [curfew]",
            "2:51 F201 unknown rule `curfew`"),
        Part("an unknown source", "rules: [{id: r, grant: army, may: patrol, source: T, basis: text}]",
            "1:51 F201 unknown source `T`"),
        Part("an unknown document", "sources: {S: {in: akt}}",
            "1:19 F201 unknown document `akt`"),
        Part("an unknown benchmark", "phases: {p: {after: [done], declared_by: force, source: S, basis: text}}",
            "1:22 F201 unknown benchmark `done`"),
        Part("an unknown claimant", "rules: [{id: r, grant: army, may: patrol, source: S, basis: {claim: sate}}]",
            "1:69 F201 unknown actor `sate`"),
        Part("an unknown contributor", "contributors: {land: {troops: 1, source: S, basis: text}}",
            "1:16 F201 unknown party `land`"),
        Part("an unknown zone", "zone: Asia/Gazza",
            "1:7 F104 there is no time zone `Asia/Gazza`"),
        Rules("a name of another kind", "id: r, grant: patrol, may: army",
            "2:20 F204 `patrol` is an action, and here an actor is needed",
            "2:33 F204 `army` is an actor, and here an action is needed"),
        Part("a unit where a party is needed", "contributors: {army: {troops: 1, source: S, basis: text}}",
            "1:16 F204 `army` is an actor, and here a party is needed"),
        Rules("a rule twice", "id: r, grant: army, may: patrol\nid: r, grant: force, may: patrol",
            "3:5 F202 the rule `r` is declared twice, first on line 2"),
        Rules("a rule without an id", "grant: army, may: patrol",
            "2:5 F102 a rule lacks `id`"),
        Part("an actor and a party of one name", "actors: {force: {is: command}, army: {is: state force}, other: " +
            "{is: office}}",
            "15:3 F202 the actor `other` is declared twice, first on line 1"),
        Part("a sector and an area of one name", "areas: {sectors: [north, south], north: {crosses: [south]}}",
            "1:34 F202 the area `north` is declared twice, first on line 1"),
        Part("a sector twice", "areas: {sectors: [north, south, north]}",
            "1:33 F202 the area `north` is declared twice, first on line 1"),
        Rules("a name twice in a list", "id: r, grant: [army, army], may: patrol",
            "2:27 F202 `army` stands twice in `grant`"),
        Part("an actor called anyone", "actors: {force: {is: command}, army: {is: state force, of: state}, anyone: " +
            "{is: police, of: state}}",
            "1:68 F203 `anyone` is a reserved name and cannot name an actor"),
        Part("an area called sectors", "groups: {sectors: [north]}",
            "1:10 F203 `sectors` is a reserved name and cannot name a group"),
        Part("a reserved action", "actions: {patrol: {is: p}, search: {is: s}, hand-over: {is: hand over}}",
            "1:45 F203 `hand-over` is a reserved name and cannot name an action"),
        Part("a blank in a name", "actions: {patrol: {is: p}, search: {is: s}, use force: {is: use force}}",
            "1:45 F205 `use force` cannot name an action"),
        Part("a name of 65 letters", $"groups: {{{new string('a', 65)}: north}}",
            "1:10 F205 `aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa...` cannot name a group"),
        Part("a name in Arabic", "groups: {\u0631\u0641\u062D: north}",
            "1:10 F205 `\u0631\u0641\u062D` cannot name a group"),
        Part("control characters are not printed", "status: \"a\\e[31m\\u202Eb\"",
            "1:9 F104 `status` cannot be `a\uFFFD[31m\uFFFDb`"),
    ];

    private static IEnumerable<Case> Grounds() =>
    [
        Part("a rule without a source", "rules: [{id: r, grant: army, may: patrol, basis: text}]",
            "1:9 F305 rule `r` cites no source"),
        Part("a rule without a basis", "rules: [{id: r, grant: army, may: patrol, source: S}]",
            "1:9 F305 rule `r` does not say on what footing it stands"),
        Part("a claim of nobody", "rules: [{id: r, grant: army, may: patrol, source: S, basis: claim}]",
            "1:61 F102 `basis: claim` does not say whose claim"),
        Part("a claim that names nobody", "rules: [{id: r, grant: army, may: patrol, source: S, basis: {claim: }}]",
            "1:61 F102 `basis` lacks `claim`"),
        Part("a basis that says nothing", "rules: [{id: r, grant: army, may: patrol, source: S, basis: missing}]",
            "1:9 F305 rule `r` does not say on what footing it stands"),
        Part("a basis that there is not", "rules: [{id: r, grant: army, may: patrol, source: S, basis: txt}]",
            "1:61 F104 `basis` cannot be `txt`"),
        Part("a contingent without a ground", "contingents: {alpha: {under: force, of: state}}",
            "1:22 F305 contingent `alpha` cites no source",
            "1:22 F305 contingent `alpha` does not say on what footing it stands"),
        Part("a pledge without a ground", "contributors: {state: {troops: 100}}",
            "1:23 F305 the pledge of `state` cites no source",
            "1:23 F305 the pledge of `state` does not say on what footing it stands"),
        Part("an objection without a ground", "objections: [{id: o, by: state, to: {names: [other]}}]",
            "1:14 F305 objection `o` cites no source",
            "1:14 F305 objection `o` does not say on what footing it stands"),
        Part("a benchmark without a ground", "benchmarks: {b: {declared_by: state}}",
            "1:17 F305 benchmark `b` cites no source",
            "1:17 F305 benchmark `b` does not say on what footing it stands"),
        Part("a phase without a ground", "phases: {p: {declared_by: state}}",
            "1:13 F305 phase `p` cites no source",
            "1:13 F305 phase `p` does not say on what footing it stands"),
        Part("a number without a ground", "mandate: {ceiling: {troops: 100}}",
            "1:20 F305 `ceiling` cites no source",
            "1:20 F305 `ceiling` does not say on what footing it stands"),
        Part("missing and unknown need none", "mandate: {ceiling: missing, needed: {troops: unknown}, term: missing}"),
        Text("what every file needs", "truce: 1\n",
            "1:1 F102 a framework lacks `framework`",
            "1:1 F102 a framework lacks `status`",
            "1:1 F102 a framework lacks `zone`",
            "1:1 F102 a framework lacks `areas`"),
        Text("the first line", "framework: x\nstatus: draft\nzone: UTC\nareas: {sectors: [a]}\n",
            "1:1 F102 a framework lacks `truce`"),
    ];

    private static IEnumerable<Case> Keys() =>
    [
        Part("no effect word", "rules: [{id: r, may: patrol, source: S, basis: text}]",
            "1:9 F102 a rule lacks its effect word"),
        Part("two effect words", "rules: [{id: r, grant: army, prohibit: army, may: patrol, source: S, basis: text}]",
            "1:9 F102 a rule has 2 effect words"),
        Part("an effect word misspelt", "rules: [{id: r, prohibt: army, from: patrol, source: S, basis: text}]",
            "1:17 F101 a rule has no key `prohibt`"),
        Rules("no action", "id: r, grant: army",
            "2:5 F102 rule `r` lacks `may`"),
        Rules("nobody", "id: r, grant: , may: patrol",
            "2:5 F102 rule `r` lacks `grant`"),
        Rules("what is required", "id: r, require: , of: army, for: patrol",
            "2:5 F102 rule `r` lacks `require`"),
        Rules("referred to nobody", "id: r, require: consent, of: army, for: patrol, on_silence: {refer: }",
            "2:66 F102 `on_silence` lacks `refer`"),
        Rules("a limit that says nothing", "id: r, grant: army, may: patrol, in: , if: [], hours: missing, until: ",
            "2:39 F102 `in` says nothing",
            "2:45 F102 `if` says nothing",
            "2:53 F102 `hours` says nothing",
            "2:69 F102 `until` says nothing"),
        Rules("two holders", "id: r, final: [army, force], over: patrol",
            "2:20 F103 `final` must be one name, this is a list"),
        Rules("anyone cannot hold", "id: r, final: anyone, over: patrol",
            "2:20 F201 `anyone` cannot stand here"),
        Rules("a consent of whom", "id: r, require: consent, for: patrol",
            "2:5 F102 rule `r` lacks `of`"),
        Rules("a notice, when", "id: r, require: notice, of: army, for: patrol",
            "2:5 F306 a notice is due `before` or `after` the act, one of the two"),
        Rules("a notice before and after", "id: r, require: notice, of: army, for: patrol, before: 2h, after: 2h",
            "2:5 F306 a notice is due `before` or `after` the act, one of the two"),
        Rules("a notice with an answer", "id: r, require: notice, of: army, for: patrol, after: 2h, on_silence: stop",
            "2:5 F306 `answer_within`, `on_refusal` and `on_silence` belong to a consent"),
        Rules("a consent with a term of notice", "id: r, require: consent, of: army, for: patrol, after: 2h",
            "2:5 F306 `before` and `after` belong to a notice"),
        Rules("a grant that is delegated", "id: r, grant: army, may: patrol, delegable: {to: force, at_most: 2 days}",
            "2:39 F304 rule `r` delegates a last word that it does not give"),
        Rules("delegated to itself", "id: r, final: army, over: patrol, delegable: {to: army, at_most: 2 days}",
            "2:56 F304 `army` would delegate to itself"),
        Rules("delegated without an end", "id: r, final: army, over: patrol, delegable: {to: force}",
            "2:51 F102 `delegable` lacks `at_most`"),
        Part("a unit with members", "actors: {force: {is: command}, army: {is: state force, of: state, members: " +
            "[force]}}",
            "1:38 F306 `army` has members or a way to decide but is no body"),
        Part("a body without members", "actors: {force: {is: command}, army: {is: state force, of: state}, body: " +
            "{is: body}}",
            "1:74 F102 actor `body` lacks `members`"),
        Actors("an actor that is nothing", "  desk: {is: }",
            "4:9 F102 actor `desk` lacks `is`"),
        Part("an area that crosses missing", "areas: {sectors: [north, south], road: {crosses: missing}}",
            "1:40 F102 area `road` lacks `crosses`"),
        Part("a status that says nothing", "status: ",
            "1:1 F102 a framework lacks `status`"),
        Part("an office with a deployment", "actors: {force: {is: command}, army: {is: state force, of: state}, " +
            "desk: {is: office, in: north}}",
            "1:91 F306 `desk` does not act, so it is deployed nowhere"),
        Part("complete, but no command", "actors: {force: {is: command}, army: {is: state force, of: state, " +
            "complete: yes}}",
            "1:77 F306 `army` is no command, so `complete` says nothing"),
        Part("a fact of the scene that is declared", "facts: {x: {ask: X?, judged: on-scene, by: army, ordinary: no}}",
            "1:12 F306 fact `x` is judged on the scene, so nobody declares it"),
        Part("an objection by name and criterion", "objections: [{id: o, by: state, to: {names: [other], " +
            "criterion: all}, source: S, basis: text}]",
            "1:37 F306 an objection is by `names` or by `criterion`, one of the two"),
        Part("an area that crosses nothing", "areas: {sectors: [north, south], road: {}}",
            "1:40 F102 area `road` lacks `crosses`"),
        Part("no sector", "areas: {road: {crosses: [north]}}",
            "1:8 F102 `areas` lacks `sectors`",
            "1:26 F201 unknown area `north`"),
    ];

    private static IEnumerable<Case> Values() =>
    [
        Part("a term reversed", "mandate: {term: {from: 2026-12-31, until: 2026-01-01, source: S, basis: text}}",
            "1:43 F105 the term ends on 2026-01-01, before it begins on 2026-12-31"),
        Part("for and until", "mandate: {term: {from: 2026-01-01, until: 2026-12-31, for: 1 year, source: S, " +
            "basis: text}}",
            "1:60 F306 `term` gives both `for` and `until`"),
        Part("an unreal day", "mandate: {term: {from: 2026-02-30, until: 2026-12-31, source: S, basis: text}}",
            "1:24 F104 `from`: there is no day `2026-02-30`"),
        Part("a day of another calendar", "mandate: {term: {from: 1447-05-01, until: 2026-12-31, source: S, basis: " +
            "text}}",
            "1:24 F104 `from`: there is no day `1447-05-01`"),
        Part("a day in words", "mandate: {term: {from: 1 May 2026, until: 2026-12-31, source: S, basis: text}}",
            "1:24 F104 `from` must be a day, this is `1 May 2026`"),
        Part("a duration past the calendar", "mandate: {term: {from: 2026-01-01, for: 100000 years, source: S, " +
            "basis: text}}",
            "1:41 F104 `for`: `100000 years` is longer than 1,000 years"),
        Part("a duration of a thousand years", "benchmarks: {b: {takes: 1000 years, declared_by: state, source: S, " +
            "basis: text}}"),
        Rules("days reversed", "id: r, grant: army, may: patrol, from: 2026-03-02, until: 2026-03-01",
            "2:64 F105 it ends on 2026-03-01, before it begins on 2026-03-02"),
        Rules("a day to itself", "id: r, grant: army, may: patrol, from: 2026-03-01, until: 2026-03-01"),
        Rules("from and starting", "id: r, grant: army, may: patrol, from: 2026-03-01, starting: 2026-03-01",
            "2:67 F306 `starting` and `from` say the same"),
        Part("a deployment reversed", "actors: {force: {is: command}, army: {is: state force, of: state, from: " +
            "2026-03-02, until: 2026-03-01}}",
            "1:92 F105 it ends on 2026-03-01, before it begins on 2026-03-02"),
        Rules("an hour that there is not", "id: r, grant: army, may: patrol, hours: \"25:00-06:00\"",
            "2:46 F104 `hours` cannot be `25:00-06:00`"),
        Rules("no hour", "id: r, grant: army, may: patrol, hours: \"06:00-06:00\"",
            "2:46 F104 `hours` cannot be `06:00-06:00`"),
        Rules("a minute that there is not", "id: r, grant: army, may: patrol, hours: \"06:60-07:00\"",
            "2:46 F104 `hours` cannot be `06:60-07:00`"),
        Rules("hours up to midnight", "id: r, grant: army, may: patrol, hours: \"20:00-24:00\""),
        Rules("hours from midnight's end", "id: r, grant: army, may: patrol, hours: \"24:00-06:00\"",
            "2:46 F104 `hours` cannot be `24:00-06:00`"),
        Rules("hours in other digits", "id: r, grant: army, may: patrol, hours: " +
            "\"\u0662\u0660:\u0660\u0660-\u0660\u0666:\u0660\u0660\"",
            "2:46 F104 `hours` cannot be `\u0662\u0660:\u0660\u0660-\u0660\u0666:\u0660\u0660`"),
        Rules("a day in other digits", "id: r, grant: army, may: patrol, from: " +
            "\u0662\u0660\u0662\u0666-\u0660\u0663-\u0660\u0661",
            "2:45 F104 `from` must be a day, this is `\u0662\u0660\u0662\u0666-\u0660\u0663-\u0660\u0661`"),
        Rules("hours without a unit", "id: r, require: notice, of: army, for: patrol, after: 2",
            "2:60 F104 `after` must be a duration, this is `2`"),
        Rules("no time at all", "id: r, require: notice, of: army, for: patrol, after: 0h",
            "2:60 F104 `after` must be a duration, this is `0h`"),
    ];

    private static IEnumerable<Case> Numbers() =>
    [
        Part("a range reversed", "mandate: {ceiling: {troops: 600-500, source: S, basis: text}}",
            "1:29 F105 `troops`: the range `600-500` is reversed"),
        Part("a number below zero", "mandate: {ceiling: {troops: -5, source: S, basis: text}}",
            "1:29 F104 `troops` must be a number, this is `-5`"),
        Part("a number in words", "mandate: {ceiling: {troops: about 500, source: S, basis: text}}",
            "1:29 F104 `troops` must be a number, this is `about 500`"),
        Part("a number past counting", "mandate: {ceiling: {troops: 99999999999999999999, source: S, basis: text}}",
            "1:29 F104 `troops` must be a number, this is `99999999999999999999`"),
        Part("a share above all", "police: {needed: 5, pass_rate: 101 %, source: S, basis: text}",
            "1:32 F104 `pass_rate` must be a percentage, this is `101 %`"),
        Part("a course of hours", "police: {needed: 5, course: 90 h, source: S, basis: text}",
            "1:29 F104 `course` must be whole days"),
        Part("a role that there is not", "parties: {state: {role: garantor}, other: {role: observer}}",
            "1:25 F104 `role` cannot be `garantor`"),
        Part("a path out of the folder", "documents: {act: {title: t, file: ../secret.txt}}",
            "1:35 F104 `../secret.txt` is not a file of this folder"),
        Part("yes and no", "actions: {patrol: {is: patrol, force: perhaps}, search: {is: s}}",
            "1:39 F104 `force` must be yes or no, this is `perhaps`"),
        Part("words where a mapping is due", "mandate: two years",
            "1:10 F103 `mandate` must be a mapping of keys to values, this is `two years`"),
        Part("a mapping where words are due", "framework: {name: x}",
            "1:12 F103 `framework` must be words, this is a mapping"),
        Part("a mapping where a list is due", "rules: {r: {grant: army}}",
            "1:8 F103 `rules` must be a list, this is a mapping"),
        Part("words where rules are due", "rules: [all may patrol]",
            "1:9 F103 a rule must be a mapping of keys to values, this is `all may patrol`"),
    ];

    private const string Facts = """
        facts:
          attack: {ask: Attack?, judged: on-scene, ordinary: no}
          alert: {ask: How high?, one_of: [low, high], judged: on-scene, ordinary: low}
          crowd: {ask: How many?, from: 0, to: 10, judged: on-scene, ordinary: 0}

        """;

    private static Case If(string name, string condition, params string[] expected) => Part(name,
        $"{Facts}rules: [{{id: r, grant: army, may: patrol, if: {condition}, source: S, basis: text}}]", expected);

    private static IEnumerable<Case> FactCases() =>
    [
        If("an answer that there is not", "alert = medium",
            "5:47 F303 fact `alert` is never `medium`"),
        If("an answer misspelt", "alert = hihg",
            "5:47 F303 fact `alert` is never `hihg`"),
        If("a number out of its bounds", "crowd >= 11",
            "5:47 F303 fact `crowd` is never `11`"),
        If("a number below its bounds", "crowd < -1",
            "5:47 F303 fact `crowd` is never `-1`"),
        If("words for a number", "crowd = many",
            "5:47 F303 fact `crowd` is never `many`"),
        If("yes for a number", "crowd",
            "5:47 F303 fact `crowd` is never `yes`"),
        If("an order of words", "alert > low",
            "5:47 F303 `>` compares numbers, and fact `alert` is none"),
        If("an order of yes and no", "attack >= yes",
            "5:47 F303 `>=` compares numbers, and fact `attack` is none"),
        If("no condition", "attack and alert",
            "5:47 F104 `attack and alert` is no condition"),
        If("not of a comparison", "not alert = low",
            "5:47 F104 `not` stands before a plain fact only"),
        If("both ends are in", "[crowd >= 0, crowd <= 10]"),
        Part("an ordinary answer out of bounds", "facts: {x: {ask: X?, from: 0, to: 3, judged: on-scene, ordinary: 4}}",
            "1:9 F303 the ordinary answer `4` of fact `x` is none of its answers"),
        Part("an ordinary answer that is none", "facts: {x: {ask: X?, judged: on-scene, ordinary: maybe}}",
            "1:9 F303 the ordinary answer `maybe` of fact `x` is none of its answers"),
        Part("bounds reversed", "facts: {x: {ask: X?, from: 3, to: 0, judged: on-scene, ordinary: 3}}",
            "1:28 F105 the bounds of fact `x` are reversed"),
        Part("one bound", "facts: {x: {ask: X?, from: 3, judged: on-scene, ordinary: 3}}",
            "1:12 F104 fact `x` is a bounded number and needs both `from` and `to`"),
        Part("one answer", "facts: {x: {ask: X?, one_of: [a], judged: on-scene, ordinary: a}}",
            "1:30 F104 fact `x` needs two or more different answers"),
        Part("a fact that says nothing", "facts: {x: {}}",
            "1:12 F102 fact `x` lacks `ask`",
            "1:12 F102 fact `x` lacks `judged`",
            "1:12 F102 fact `x` lacks `ordinary`"),
        Rules("a delegation is yes or no", "id: f, final: army, over: patrol, delegable: {to: force, at_most: 2 " +
            "days}\n" +
            "id: r, grant: army, may: patrol, if: f.delegated = 3",
            "3:43 F303 `f.delegated` is yes or no"),
    ];

    private static Case Actors(string name, string actors, params string[] expected) => Part(name,
        $"actors:\n  force: {{is: command}}\n  army: {{is: state force, of: state}}\n{actors}", expected);

    private static IEnumerable<Case> Orders() =>
    [
        Rules("a circle of overrides", "id: a, grant: army, may: patrol, overrides: [b]\nid: b, prohibit: army, " +
            "from: patrol, overrides: [a]",
            "2:5 F301 `a` overrides itself, by way of `b` -> `a`"),
        Rules("a rule that overrides itself", "id: a, final: army, over: patrol, overrides: [a]",
            "2:5 F301 `a` overrides itself, by way of `a`"),
        Actors("a circle of command", "  a: {is: police, under: b}\n  b: {is: police, under: c}\n  c: {is: police, " +
            "under: a}",
            "4:3 F301 `a` is below itself, by way of `b` -> `c` -> `a`"),
        Actors("a circle of ownership", "  a: {is: police, of: b}\n  b: {is: police, of: a}",
            "4:3 F301 `a` is below itself, by way of `b` -> `a`"),
        Actors("a circle through both trees", "  a: {is: police, under: b}\n  b: {is: police, of: a}",
            "4:3 F301 `a` is below itself, by way of `b` -> `a`"),
        Actors("under itself", "  a: {is: police, under: a}",
            "4:3 F301 `a` is below itself, by way of `a`"),
        Actors("two ways up are no circle", "  a: {is: police, under: b, of: c}\n  b: {is: police, of: c}\n  c: " +
            "{is: police, of: state}"),
        Actors("a body that sits in itself", "  a: {is: body, members: [b]}\n  b: {is: body, members: [a]}",
            "4:3 F301 `a` sits in itself, by way of `b` -> `a`"),
        Part("a circle of voices", "parties: {state: {role: observer, via: other}, other: {role: observer, via: " +
            "state}}",
            "1:11 F301 `state` speaks through itself, by way of `other` -> `state`"),
        Part("an area within itself", "areas: {sectors: [north, south], a: {crosses: [north], within: b}, b: " +
            "{crosses: [north], within: a}}",
            "1:34 F301 `a` lies within itself, by way of `b` -> `a`"),
        Part("an area that crosses itself", "areas: {sectors: [north, south], a: {crosses: [north, a]}}",
            "1:34 F301 area `a` crosses itself or lies within itself"),
        Part("an area that sticks out", "areas: {sectors: [north, south], a: {crosses: [north, south], within: b}, " +
            "b: {crosses: [north]}}",
            "1:34 F307 area `a` lies within `b` and crosses `south`, which `b` does not"),
        Part("a circle of needs", "actions: {patrol: {is: p, needs: [search]}, search: {is: s, needs: [patrol]}}",
            "1:11 F301 `patrol` needs itself, by way of `search` -> `patrol`"),
        Part("a circle of benchmarks is a finding, no error", "benchmarks:\n  a: {after: [b], declared_by: state, " +
            "source: S, basis: text}\n" +
            "  b: {after: [a], declared_by: state, source: S, basis: text}"),
        Rules("grant over grant", "id: a, grant: army, may: patrol\nid: b, grant: army, may: patrol, overrides: [a]",
            "3:5 F302 rule `b`, a grant, cannot override `a`, a grant"),
        Rules("prohibition over prohibition", "id: a, prohibit: army, from: patrol\nid: b, prohibit: army, from: " +
            "patrol, overrides: [a]",
            "3:5 F302 rule `b`, a prohibition, cannot override `a`, a prohibition"),
        Rules("grant over last word", "id: a, final: army, over: patrol\nid: b, grant: army, may: patrol, " +
            "overrides: [a]",
            "3:5 F302 rule `b`, a grant, cannot override `a`, a last word"),
        Rules("prohibition over inherent right", "id: a, inherent: army, may: patrol\nid: b, prohibit: army, from: " +
            "patrol, overrides: [a]",
            "3:5 F302 rule `b`, a prohibition, cannot override `a`, an inherent right"),
        Rules("over a duty", "id: a, oblige: army, to: patrol\nid: b, prohibit: army, from: patrol, overrides: [a]",
            "3:5 F302 rule `b`, a prohibition, cannot override `a`, a duty"),
        Rules("a duty over a prohibition", "id: a, prohibit: army, from: patrol\nid: b, oblige: army, to: patrol, " +
            "overrides: [a]",
            "3:5 F302 rule `b`, a duty, cannot override `a`, a prohibition"),
        Rules("over the legal floor", "id: a, prohibit: army, from: patrol, always: yes\nid: b, grant: army, may: " +
            "patrol, overrides: [a]",
            "3:5 F302 rule `b` overrides `a`, which holds always"),
        Rules("the five that are legal", "id: a, final: army, over: patrol\nid: b, final: force, over: patrol, " +
            "overrides: [a]\n" +
            "id: c, require: consent, of: army, for: patrol\nid: d, require: consent, of: army, for: patrol, " +
            "overrides: [c]\n" +
            "id: e, prohibit: army, from: patrol\nid: g, grant: army, may: patrol, overrides: [e, c]\n" +
            "id: h, prohibit: army, from: search\nid: i, grant: army, may: search\nid: j, prohibit: force, from: " +
            "search, overrides: [i]"),
    ];

    private static string Many(int count, Func<string, string> one, string between = ", ") =>
        string.Join(between, Enumerable.Range(1, count).Select(i => one(i.ToString(CultureInfo.InvariantCulture))));

    private static string Day(string n) => NodaTime.Text.LocalDatePattern.Iso.Format(
        new NodaTime.LocalDate(2000, 1, 1).PlusDays(2 * int.Parse(n, CultureInfo.InvariantCulture)));

    private static string Nested(int areas) => "areas: {sectors: [north, south], " +
        "" + Many(areas, i => i == "1" ? "a1: {crosses: [north]}"
        : $"a{i}: {{crosses: [north], within: a{int.Parse(i, CultureInfo.InvariantCulture) - 1}}}") + "}";

    private static string RuleLines(int count, Func<string, string> more) => "rules:\n" +
        Many(count, i => $"- {{id: r{i}, grant: army, may: patrol{more(i)}, source: S, basis: text}}", "\n");

    private static IEnumerable<Case> Sizes() =>
    [
        Part("20,000 rules", RuleLines(Limits.Rules, _ => "")),
        Part("20,001 rules", RuleLines(Limits.Rules + 1, _ => ""),
            "2:1 F401 there are 20,001 rules, the limit is 20,000"),
        Part("16 facts", $"facts: {{{Many(Limits.Facts, i => $"f{i}: {{ask: X?, judged: on-scene, ordinary: no}}")}}}"),
        Part("17 facts", $"facts: " +
            $"{{{Many(Limits.Facts + 1, i => $"f{i}: {{ask: X?, judged: on-scene, ordinary: no}}")}}}",
            "F401 there are 17 facts, those of delegations included, the limit is 16"),
        Part("17 delegations", "rules:\n" + Many(Limits.Facts + 1, i =>
            $"- {{id: r{i}, final: army, over: patrol, delegable: {{to: force, at_most: 1 day}}, source: S, basis: " +
            $"text}}", "\n"),
            "F401 there are 17 facts, those of delegations included, the limit is 16"),
        Part("4,096 actors", $"actors: {{force: {{is: command}}, army: {{is: police, of: state}}, " +
            $"{Many(4_092, i => $"a{i}: {{is: office}}")}}}"),
        Part("4,097 actors", $"actors: {{force: {{is: command}}, army: {{is: police, of: state}}, " +
            $"{Many(4_093, i => $"a{i}: {{is: office}}")}}}",
            "F401 there are 4,097 actors, the limit is 4,096"),
        Part("too many actions", $"actions: {{patrol: {{is: p}}, search: {{is: s}}, " +
            $"{Many(4_086, i => $"a{i}: {{is: a}}")}}}",
            "F401 there are 4,097 actions, the limit is 4,096"),
        Part("4,097 phases", $"phases: {{{Many(4_097, i => $"p{i}: {{source: S, basis: text}}")}}}",
            "F401 there are 4,097 phases, the limit is 4,096"),
        Part("4,097 sectors", $"areas: {{sectors: [{Many(4_097, i => $"s{i}")}]}}",
            "F401 there are 4,097 areas, the limit is 4,096"),
        Part("4,096 sectors", $"areas: {{sectors: [{Many(4_096, i => $"s{i}")}]}}"),
        Part("4,097 benchmarks", $"benchmarks: {{{Many(4_097, i => $"b{i}: {{source: S, basis: text}}")}}}",
            "F401 there are 4,097 benchmarks, the limit is 4,096"),
        Part("4,097 objections", "objections:\n" + Many(4_097, i =>
            $"- {{id: o{i}, by: state, to: {{names: other}}, source: S, basis: text}}", "\n"),
            "F401 there are 4,097 objections, the limit is 4,096"),
        Part("4,097 dates", RuleLines(4_095, i => $", from: {Day(i)}"),
            "F401 there are 4,097 different dates, the limit is 4,096"),
        Part("4,097 answers", $"facts: {{x: {{ask: X?, one_of: [{Many(4_097, i => $"v{i}")}], judged: on-scene, " +
            $"ordinary: v1}}}}",
            "1:30 F401 fact `x` has 4,097 answers, the limit is 4,096"),
        Part("2,049 numbers of a fact", "facts: {x: {ask: X?, from: 0, to: 9000, judged: on-scene, ordinary: 0}}\n" +
            RuleLines(2_049, i => $", if: x = {i}"),
            "F401 there are 4,098 values of one fact, the limit is 4,096"),
        Part("48 claimants", "parties: {state: {role: observer}, other: {role: observer}, " +
            "" + Many(49, i => $"p{i}: {{role: observer}}") + "}\n" +
            "rules:\n" + Many(48, i => $"- {{id: r{i}, grant: army, may: patrol, source: S, basis: {{claim: " +
            $"p{i}}}}}", "\n")),
        Part("49 claimants", "parties: {state: {role: observer}, other: {role: observer}, " +
            "" + Many(49, i => $"p{i}: {{role: observer}}") + "}\n" +
            "rules:\n" + Many(49, i => $"- {{id: r{i}, grant: army, may: patrol, source: S, basis: {{claim: " +
            $"p{i}}}}}", "\n"),
            "F401 49 parties make claims, the limit is 48"),
        Part("11 areas that all cross", Pairwise(11)),
        Part("12 areas that all cross", Pairwise(12),
            "F401 the areas overlap in more than 4,096 ways"),
        Part("40 areas, each within the next", Nested(40)),
        Part("4,000 areas, each within the next", Nested(4_000)),
    ];

    /// <summary>
    /// Areas of one sector, each crossing all before it: 2 to the power of their number leaves, and the other sector.
    /// </summary>
    private static string Pairwise(int areas) => "areas: {sectors: [north, south], " + Many(areas, i => $"a{i}: " +
        $"{{crosses: [north" +
        string.Concat(Enumerable.Range(1, int.Parse(i, CultureInfo.InvariantCulture) - 1).Select(j => $", " +
            $"a{j}")) + "]}") + "}";

    private static readonly Case[] All =
        [.. Files(), .. Shapes(), .. Names(), .. Grounds(), .. Keys(), .. Values(), .. Numbers(), .. FactCases(),
            .. Orders(), .. Sizes()];

    public static TheoryData<string> CaseNames() => [.. All.Select(c => c.Name)];

    /// <summary>Every diagnostic that a case raises.</summary>
    internal static IEnumerable<Diagnostic> AllDiagnostics() =>
        All.SelectMany(c => FrameworkReader.Read(c.Bytes, "bad.yaml").Diagnostics);

    [Theory]
    [MemberData(nameof(CaseNames))]
    public void Bad_input_is_answered_with_its_place_and_defect(string name)
    {
        var one = All.Single(c => c.Name == name);
        var reading = FrameworkReader.Read(one.Bytes, "bad.yaml");
        Assert.Equal(one.Expected, reading.Diagnostics.Select(Said));
    }

    private static string Said(Diagnostic d) => d.Place.Line == 0 ? $"{d.Code} {d.Message}"
        : string.Create(CultureInfo.InvariantCulture, $"{d.Place.Line}:{d.Place.Column} {d.Code} {d.Message}");
}
