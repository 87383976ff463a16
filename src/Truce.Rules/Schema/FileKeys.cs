namespace Truce.Rules;

/// <summary>A key of a mapping in a framework file.</summary>
/// <param name="Name">The key.</param>
/// <param name="Form">
/// What its value looks like: a form of <see cref="FrameworkSchema"/>, <c>one of a|b</c>, <c>a SHAPE</c>, <c>map of
/// SHAPE</c>, <c>list of SHAPE</c>, <c>one or more SHAPE</c>; of a form in place of a shape too.
/// </param>
/// <param name="Says">What it says, for whoever writes it.</param>
/// <param name="Needed">The reader reports its absence.</param>
internal sealed record FileKey(string Name, string Form, string Says, bool Needed = false);

/// <summary>A mapping in a framework file.</summary>
/// <param name="Name">The shape's name.</param>
/// <param name="Says">What it is.</param>
/// <param name="Keys">The keys that it may have.</param>
/// <param name="Others">The form of every other key's value, where any name may be a key; null where none may.</param>
internal sealed record FileShape(string Name, string Says, FileKey[] Keys, string? Others = null);

/// <summary>
/// Every mapping of the language with its keys: what <c>truce schema</c> prints. A test holds it against what the
/// reader accepts, key by key.
/// </summary>
internal static class FileKeys
{
    private static readonly FileKey Source =
        new("source", "names", "The source or sources that it cites, ids of `sources`");
    private static readonly FileKey Basis =
        new("basis", "basis", "On what footing it stands: text, proposed, practice, assumption, or {claim: PARTY}");
    private static readonly FileKey Note = new("note", "words", "A remark; it means nothing");
    private static readonly FileKey Label =
        new("label", "label", "The name by which people know it, or names by language: {en: …, ar: …}");
    private static readonly FileKey Until = new("until", "date", "Last day, inclusive");
    private static readonly FileKey Channel = new("channel", "words", "How it is reached");

    private static readonly FileKey[] CitedAndNeeded = [Source with { Needed = true }, Basis with { Needed = true }];

    private static readonly FileKey[] WhereAndWhen =
    [
        new("in", "places", "Where: any of these areas or groups; \"a + b\" is where both are"),
        new("during", "names", "Any of these phases"),
        new("starting", "date", "First day, inclusive"),
        Until,
        new("hours", "hours", "Local hours, such as 20:00-06:00, from a to before b; several: any of them"),
        new("if", "conditions", "All of these hold: fact, not fact, fact = value, fact >= 3"),
        new("unless", "conditions", "None of these holds"),
    ];

    private static readonly FileKey From = new("from", "date", "First day, inclusive; the same as `starting`");

    private static readonly FileKey[] EveryRule =
    [
        .. WhereAndWhen,
        new("overrides", "names", "The rules that it sets aside where both hold; nothing else gives precedence"),
        new("id", "id", "Its id, by which findings and rulings name it", Needed: true),
        .. CitedAndNeeded, Note,
    ];

    private static readonly FileKey[] EveryActor =
    [
        new("under", "names", "Who is above it in the chain of command"),
        new("of", "names", "The organisations, states or parties to which it belongs; missing where the text names " +
            "nobody"),
        new("answers_to", "name", "To whom it answers where that is neither a command nor an owner"),
        new("complete", "yesno", "Of a command: all its contingents are declared, so it has no other units"),
        new("members", "names", "The members of a body"),
        new("decides", "one of unanimously|by-majority|by-chair", "How a body decides"),
        new("on_deadlock", "fallback", "What happens when a body is deadlocked: stop, proceed or {refer: WHOM}"),
        new("in", "places", "Where it is present; everywhere if left out"),
        new("from", "date", "First day, inclusive"), Until,
        new("priorities", "words list", "What it ranks first, second and so on"),
        Channel, Label, Source, Basis,
        new("appointed_by", "words", "Who appoints it"), new("guided_by", "words", "Who guides it"), Note,
        new("role", "words", "Its role, in words"), new("position", "words", "Its position, in words"),
        new("commands", "words", "What it commands, in words"),
    ];

    public static IReadOnlyList<FileShape> All { get; } =
    [
        .. Top(), .. Mandate(), .. World(), .. Rules(), .. Numbers(),
    ];

    private static FileShape[] Top() =>
    [
        new("framework", "A framework file of Truce, version 1 of the language",
        [
            new("truce", "one of 1", "The version of the language: 1", Needed: true),
            new("framework", "words", "The framework's name, in words", Needed: true),
            new("status", "one of draft|adopted|historical|exercise|invented", "What kind of text it is", Needed: true),
            new("zone", "words", "The IANA time zone of its days and hours, such as Asia/Gaza", Needed: true),
            new("documents", "map of document", "The documents that are quoted or reported, by id"),
            new("sources", "map of source", "The places in the documents that rules and numbers cite, by id"),
            new("mandate", "a mandate", "Who adopted it, its term, its ceiling, what is needed, reports due"),
            new("areas", "a areas", "Sectors, and the other areas that cross them", Needed: true),
            new("groups", "map of places", "Names for unions of places"),
            new("phases", "map of phase", "The phases, in order; a sector is in exactly one"),
            new("facts", "map of fact", "Questions with finitely many answers on which rules turn"),
            new("actions", "map of action", "What is done; nine reserved actions are there without being declared"),
            new("actors", "map of actor", "Units, commands, bodies, offices"),
            new("contingents", "map of contingent", "What contributors give to a command, or missing"),
            new("parties", "map of party", "Parties, states and organisations, with their role and seat"),
            new("rules", "list of rule", "The rules; their order means nothing"),
            new("never", "list of never", "Situations that cannot occur"),
            new("contributors", "map of pledge", "What contributors pledge, by party, or missing"),
            new("objections", "list of objection", "Objections to contributors, by name or by criterion"),
            new("cooperation", "list of cooperation", "Those whose cooperation the text asks for"),
            new("police", "a police", "The police service that is to be formed"),
            new("benchmarks", "map of benchmark", "Benchmarks, and who declares them met"),
            new("endgame", "a endgame", "What ends the mandate, or missing"),
            new("acts", "map of names", "Which actions the acts of a mission's record touch"),
            new("not_encoded", "map of words", "Sources that no rule encodes, each with the reason"),
        ]),
        new("document", "A document",
        [
            new("title", "words", "What it is called", Needed: true),
            new("date", "words", "Its date: a year, a month or a day"),
            new("file", "words", "A text file beside the framework in which quotes are found word for word"),
            new("url", "words", "Where it can be read"),
        ]),
        new("source", "A place in a document",
        [
            new("in", "name", "The document", Needed: true),
            new("at", "words", "Where in it, as a reader would look it up"),
            new("quote", "words", "The words, verbatim"),
            new("says", "words", "What it says, in our words, where no text was at hand: \"as reported: …\""),
        ]),
        new("basis", "Somebody's claim", [new("claim", "name", "Whose claim it is", Needed: true)]),
        new("refer", "Somebody else answers", [new("refer", "name", "To whom it is referred", Needed: true)]),
    ];

    private static FileShape[] Mandate() =>
    [
        new("mandate", "The mandate",
        [
            new("term", "a term", "From when until when"), new("adopted_by", "a adoption", "Who adopted it"),
            new("ceiling", "a strengths", "The most that may be deployed, by component"),
            new("needed", "a strengths", "What is required, by component or capability"),
            new("reports", "one or more report", "Reports due"),
        ]),
        new("term", "The term of the mandate",
        [
            new("from", "date", "First day, or unknown"),
            new("until", "date or none", "Last day, inclusive; none where it does not expire"),
            new("for", "span", "How long it lasts, where the text says that instead of a last day"),
            new("renewable", "yesno", "Whether it can be renewed; left out where the text does not say"),
            .. CitedAndNeeded,
        ]),
        new("adoption", "Who adopted it", [new("text", "words", "Who, and by what act"), .. CitedAndNeeded]),
        new("strengths", "Strengths by component: troops, police, or a capability", [Source, Basis, Note],
            Others: "amount"),
        new("report", "A report that is due",
        [
            new("by", "name", "Who reports"), new("to", "words", "To whom"), new("every", "span", "How often"),
            new("first", "date", "When the first is due"), .. CitedAndNeeded, new("about", "words", "On what"),
        ]),
    ];

    private static FileShape[] World() =>
    [
        new("areas", "Areas; every key but `sectors` names one",
            [new("sectors", "sectors", "The sectors that partition the territory", Needed: true)], Others: "a area"),
        new("sector", "A sector", [Label]),
        new("area", "An area that is no sector: a crossing, a line, a border, a zone",
        [
            new("crosses", "names", "The sectors and other areas that it crosses", Needed: true),
            new("within", "names", "The areas in which it lies"), Label,
        ]),
        new("phase", "A phase",
        [
            new("after", "names", "The benchmarks that must be met first"),
            new("not_before", "date", "It cannot begin before this day"),
            new("declared_by", "name", "Who says, sector by sector, that it is reached, or missing"),
            .. CitedAndNeeded, Note,
        ]),
        new("fact", "A fact: yes or no, one of a list, or a number between two bounds",
        [
            new("ask", "words", "The question", Needed: true),
            new("judged", "one of on-scene|declared", "Whether whoever acts judges it, or somebody declares it",
                Needed: true),
            new("by", "name", "Who declares it, or missing"), new("lasts", "span", "How long a declaration lasts"),
            new("one_of", "words list", "The answers, where they are not yes and no"),
            new("from", "amount", "The least number"), new("to", "amount", "The greatest number"),
            new("ordinary", "words", "The ordinary answer", Needed: true),
        ]),
        new("action", "An action",
        [
            new("is", "words", "What is done, such as: patrol and observe", Needed: true),
            new("force", "yesno", "It is a use of force"),
            new("free", "free", "It needs no grant and no last word: yes, or for these actors"),
            new("needs", "names", "What whoever does it must be able to do"),
        ]),
        new("actor", "Somebody who acts, decides or is asked",
        [
            new("is", "one of command|contingent|state force|armed group|police|humanitarian|civilian|body|office",
                "What it is", Needed: true),
            .. EveryActor,
        ]),
        new("contingent", "A contingent",
            [.. EveryActor.Select(k => k.Name is "under" or "source" or "basis" ? k with { Needed = true } : k)]),
        new("party", "A party, state or organisation",
        [
            new("role", "roles", "What it is in the framework; several: a list", Needed: true),
            new("of", "names", "The parties to which it belongs"),
            new("seat", "words", "In what body or process it sits, or missing"),
            new("via", "name", "Through whom it speaks"),
            Channel, new("from", "date", "First day, inclusive"), Until, Label, Source, Basis,
            new("position", "words", "Its position, in words"), new("leads", "words", "What it leads"),
            new("supports", "words", "What it supports"), new("commands", "words", "What it commands"), Note,
        ]),
    ];

    private static FileKey Effect(string word, string form, string says) => new(word, form, says, Needed: true);

    private static FileKey Actions(string word) => new(word, "names", "The actions", Needed: true);

    private static FileShape[] Rules()
    {
        FileKey by = new("by", "names", "It holds when a unit of these acts; anyone if left out");
        FileKey of = new("of", "names", "Whose, or missing where the text names nobody", Needed: true);
        return
        [
            new("grant", "Units of X may",
                [Effect("grant", "names", "Who may: actors, or anyone"), Actions("may"), From, .. EveryRule]),
            new("prohibit", "Units of X may not",
            [
                Effect("prohibit", "names", "Who may not: actors, or anyone"), Actions("from"),
                new("always", "yesno", "Nothing overrides it, self-defence included: the legal floor"), .. EveryRule,
            ]),
            new("final", "H has the last word",
            [
                Effect("final", "name", "Who has the last word; joint holders are a body"), Actions("over"), by,
                new("delegable", "a delegation", "It may be handed to somebody else for a while"), From, .. EveryRule,
            ]),
            new("consent", "Somebody must consent",
            [
                Effect("require", "one of consent", "What is required: consent"), of, Actions("for"), by,
                new("answer_within", "span", "How long the one who is asked has"),
                new("on_refusal", "fallback", "What a refusal means: stop, proceed or {refer: WHOM}"),
                new("on_silence", "fallback", "What silence means: stop, proceed or {refer: WHOM}"), Channel, From,
                    .. EveryRule,
            ]),
            new("consultation", "Somebody must be consulted; it never blocks",
                [Effect("require", "one of consultation", "What is required: consultation"), of, Actions("for"), by,
                    Channel, From, .. EveryRule]),
            new("notice", "Somebody must be told",
            [
                Effect("require", "one of notice", "What is required: notice"), of, Actions("for"), by,
                new("before", "span", "How long before the act"),
                new("after", "span", "How long after the act at most"),
                Channel, From, .. EveryRule,
            ]),
            new("oblige", "Some unit of X must be able to",
                [Effect("oblige", "names", "Whose duty it is"), Actions("to"), From, .. EveryRule]),
            new("inherent", "Units of X always may: self-defence",
                [Effect("inherent", "names", "Whose right it is: actors, or anyone"), Actions("may"), From,
                    .. EveryRule]),
            new("delegation", "A last word that may be handed on",
                [new("to", "name", "To whom", Needed: true), new("at_most", "span", "How long at most", Needed: true)]),
            new("never", "Situations that cannot occur",
            [
                new("who", "names", "Performers; anyone if left out"),
                new("doing", "names", "Actions; any if left out"), From,
                .. WhereAndWhen, new("because", "words", "Why"),
            ]),
        ];
    }

    private static FileShape[] Numbers() =>
    [
        new("pledge", "What a contributor pledges, by component: troops, police, logistics, money, or a capability",
            [.. CitedAndNeeded, Note], Others: "amount"),
        new("objection", "An objection to contributors",
        [
            new("id", "id", "Its id", Needed: true), new("by", "name", "Who objects", Needed: true),
            new("to", "a target", "To whom: by names, or by a criterion", Needed: true),
            new("bars", "words list", "The components that it bars; all if left out"),
            new("reason", "words list", "The reasons given"),
            .. CitedAndNeeded,
        ]),
        new("target", "Whom an objection bars: by names or by a criterion, one of the two",
        [
            new("names", "names", "The contributors named"), new("criterion", "words", "The objector's words"),
            new("applies_to", "names", "The contributors to which the criterion is said to apply, or unknown"),
        ]),
        new("cooperation", "Cooperation that the text asks for",
            [new("with", "name", "Of whom", Needed: true), .. CitedAndNeeded]),
        new("police", "A police service that is to be formed; what is not stated is unknown",
        [
            new("needed", "amount", "How many officers are needed"),
            new("by", "date", "By which day; by the end of the term if left out"),
            new("start", "date", "When the first course begins"),
            new("course", "span", "How long a course lasts, in whole days or longer"),
            new("intake", "amount", "How many begin each course"),
            new("every", "span", "How long between the starts of two courses"),
            new("pass_rate", "share", "How many pass, such as 85 %"), Source, Basis, Note,
        ]),
        new("benchmark", "A benchmark",
        [
            new("indicator", "words", "What is measured, or missing"),
            new("data", "words", "Where the figures come from, or missing"),
            new("assessor", "words", "Who assesses it, or missing"),
            new("declared_by", "name", "Who declares it met, or missing"),
            new("after", "names", "Benchmarks that must be met first"),
            new("not_before", "date", "It cannot be met before this day"),
            new("takes", "span", "How long it takes once those before it are met"), .. CitedAndNeeded, Note,
        ]),
        new("endgame", "What ends the mandate",
        [
            new("statement", "words", "In words"), new("benchmarks", "names", "The benchmarks that end it"),
            new("successor", "words", "Who takes over, or missing"), .. CitedAndNeeded, Note,
        ]),
    ];
}
