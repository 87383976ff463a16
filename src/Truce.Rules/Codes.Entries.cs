namespace Truce.Rules;

/// <summary>The meanings. Sources are named so that a reader can look them up; where we did not open one, it says
/// so.</summary>
public static partial class Codes
{
    private static IEnumerable<CodeMeaning> Entries() =>
        [.. LastWords(), .. Duties(), .. Doubts(), .. Order(), .. Strength()];

    private static IEnumerable<CodeMeaning> LastWords() =>
    [
        new("E101", "two last words",
            "Do two hold the last word over the same act by the same performer, neither above the other?",
            "Two authorities in one place are workable while they agree. When they disagree, each is right by its " +
                "own clause, and " +
            "whoever stands at the crossing must choose whom to disobey.",
            "Unity of command is a principle of UN operations (Authority, Command and Control in UN Peacekeeping " +
                "Operations, policy " +
            "2019.23). UNPROFOR, 1993-95: NATO and the Secretary-General over air power.",
            ["name one holder", "put one under the other", "divide the act by place, phase or performer",
                "let one clause override the other"]),
        new("E102", "nobody has the last word",
            "Is an act granted or a duty, and nobody has the last word over it?",
            "Permission says who may act. It does not say who decides whether, when and how. An act without an " +
                "owner is done by " +
            "whoever comes first, or by nobody.",
            "The difference of permission and power is Hohfeld's (Fundamental Legal Conceptions, 1913, 1917).",
            ["name who has the last word", "withdraw the grant or the duty", "declare the act free"]),
        new("E103", "dual key",
            "Can somebody block an act, and no clause says within what time, and what follows a refusal, a silence " +
                "or a deadlock?",
            "A second key is a choice that drafters may make. Without a time limit and a rule for refusal and " +
                "silence it is a " +
            "veto that nobody decided to give.",
            "UNPROFOR's dual key for air support and air strikes: A/54/549, The fall of Srebrenica (cited from " +
                "secondary reading). " +
            "Either side could block, and the question went back to both.",
            ["write answer_within, on_refusal and on_silence", "turn consent into consultation or notice",
                "give the consenter the last word", "write on_deadlock, or make the number of members odd"]),
        new("E104", "authority without means",
            "Has the only holder the last word over its own units too, and none of them may do it, though others may?",
            "Whoever decides cannot carry the decision out, and whoever can carry it out does not decide.",
            "Force generation practice: authority and capability are matched in the statement of unit requirements.",
            ["grant the act to the holder's units", "give the last word to whoever may act"]),
        new("E105", "asks nobody",
            "Must somebody be asked or consulted who does not exist or has ended?",
            "The act waits for an answer that cannot come. Commissions and joint bodies often end on a date while " +
                "the phase " +
            "that relies on them goes on.",
            "Joint commissions of ceasefires are created with a term of their own; compare the phase that relies on " +
                "them.",
            ["extend the body", "name a successor", "let the requirement end with the body"]),
        new("E106", "nobody declares it",
            "Does nobody declare, decide or certify a phase, benchmark, declared fact, hand-over, interpretation or " +
                "settlement?",
            "A condition that nobody measures and nobody declares is met when the strongest says so.",
            "Security Council resolution 2803, as reported: no body is named to decide whether the standards of " +
                "withdrawal are met. " +
            "Timor-Leste 2009 named joint assessment teams for each district.",
            ["name who declares it", "name a body and how it decides"]),
        new("E401", "tells nobody",
            "Must somebody be told who does not exist or has ended, or is there no channel to tell them by?",
            "A notice that reaches nobody protects nobody. It looks like coordination on paper.",
            "Humanitarian notification works only where receipt by a named unit can be shown (OCHA, humanitarian " +
                "notification systems).",
            ["name a channel", "name another addressee", "let the requirement end with the addressee"]),
        new("E402", "two forces, no word between them",
            "May units of two chains use force in one place, and neither must ask, consult or tell the other?",
            "Two forces that may both shoot and need not talk meet by accident. Self-defence is left out of the " +
                "question: it " +
            "needs nobody's leave.",
            "Deconfliction between forces in one space: notice, liaison, or divided areas of operation.",
            ["require notice or consultation, one way at least", "put both under one command or body",
                "divide the space"]),
    ];

    private static IEnumerable<CodeMeaning> Duties() =>
    [
        new("E201", "a task that nobody may carry out",
            "Has somebody a duty that none of its units may carry out, or that needs what nobody may do?",
            "A mandate that orders more than it permits fails in public. The blocking caveats and prohibitions are " +
                "named.",
            "UNPROFOR in the safe areas: to deter attacks, and to use force in self-defence only (S/RES/836, cited " +
                "from general " +
            "knowledge). Caveats after acceptance: HIPPO report, 2015.",
            ["grant what the duty needs", "lift or narrow the caveat", "give the duty to somebody else",
                "withdraw the duty"]),
        new("E202", "obliged and forbidden",
            "Do prohibitions forbid a duty to every unit of whoever has it?",
            "One clause orders what another forbids. Whoever obeys the one breaks the other.",
            "Ordinary logic of norms: ought implies may.",
            ["let one clause override the other", "narrow the prohibition", "withdraw the duty"]),
        new("E203", "nobody is there",
            "May some unit carry out the duty, and none is present at that place and time?",
            "The right unit exists and is deployed elsewhere, comes later, or has left.",
            "INTERFET, 1999, is the counter-example: restricted contingents were given quiet sectors (general " +
                "knowledge).",
            ["deploy a unit that may", "grant it to those who are there", "begin the duty later"]),
    ];

    private static IEnumerable<CodeMeaning> Doubts() =>
    [
        new("W301", "one area, several readings",
            "Do contingents of one command stand together, of which some may and some may not?",
            "National caveats divide a force where it stands. Whoever tests it learns which patrol may act.",
            "National caveats in UN and NATO operations; HIPPO report, 2015: caveats must be declared before " +
                "acceptance.",
            ["match caveats to places", "lift the caveat", "ask for the least that all may do"]),
        new("W302", "different priorities",
            "Do contingents of one command stand together and rank their priorities differently?",
            "Two units that answer to one command see the same hour and choose different work.",
            "Claim A19 of the source: contingents may rank intelligence priorities differently.",
            ["agree one order of priorities", "divide the work"]),
        new("W501", "a dead rule",
            "Is a rule live nowhere, on its own footing?",
            "It was meant to do something. Either another clause takes all of it away, or what it speaks of cannot " +
                "occur. No other " +
            "question is asked of it.",
            "INTERFET, 1999: Indonesia's interim responsibility, wholly set aside by the precedence of the force's " +
                "mandate.",
            ["delete it", "narrow the clause that overrides it", "correct its places, dates or conditions"]),
        new("W502", "a rule without effect",
            "Does a rule hold, and without it no verdict, holder, consent, consultation, notice or duty differs?",
            "Two clauses say the same. When one is amended, the other still says it.",
            "Legislative drafting: say a thing once.",
            ["delete one of the two", "say what the second adds"]),
        new("W901", "named without a seat",
            "Is somebody named by an objection, a duty or asked-for cooperation, and has no seat?",
            "Those whose cooperation a framework needs, and who have no place in it, can only cooperate or refuse " +
                "outside it.",
            "Claims A8 and A14 of the source: legitimacy from cooperation with both authorities.",
            ["give a seat", "say through whom it speaks", "stop relying on its cooperation"]),
        new("W902", "answers to nobody",
            "Does an armed or police body answer to nobody?",
            "Force without a superior or an owner cannot be held to account: no complaint has an address.",
            "Basic principles of accountable policing; UN human rights due diligence policy for support to security " +
                "forces.",
            ["say to whom it answers", "name who oversees it"]),
        new("W903", "together on the map",
            "Do two areas share ground on the map, and the framework knows no place in both?",
            "Asked about a place where both are, the framework has no answer: nobody drafted for it.",
            "Separation of forces by lines and zones: text and map are annexed to each other, and it is said which " +
                "one prevails.",
            ["say that the one crosses the other", "correct the map", "say that the drawing is less precise"]),
        new("W904", "apart on the map",
            "Are two areas said to cross, or to lie one within the other, and share no ground on the map?",
            "Clauses about the place where both are reach nothing, or the map that people carry is another one.",
            "Separation of forces by lines and zones: text and map are annexed to each other, and it is said which " +
                "one prevails.",
            ["take the one out of what the other crosses", "correct the map", "say that the drawing is less precise"]),
    ];

    private static IEnumerable<CodeMeaning> Order() =>
    [
        new("E601", "benchmarks in a circle",
            "Do benchmarks wait for each other in a circle?",
            "None of them can ever be met first.",
            "Conditions-based transitions: each condition needs a beginning.",
            ["break the circle", "split a benchmark into what comes first and what comes after"]),
        new("E602", "no endgame",
            "Is there no endgame, or does the mandate expire without a successor?",
            "Where nothing says what ends the mandate, security stands in for politics. Where it ends and nobody " +
                "follows, the last " +
            "word over every act is nobody's the day after.",
            "S/RES/1244 continues unless the Council decides otherwise; S/RES/1272 named a date and what followed. " +
                "Claim A22 of " +
            "the source.",
            ["name the benchmarks that end it", "name who takes over"]),
        new("E603", "a phase out of reach",
            "Does a phase begin, at the earliest, after the term has ended?",
            "What is promised for a phase that cannot begin within the mandate is promised by nobody.",
            "ISAF transition: announced late and by tranche; the term must hold the longest path of conditions.",
            ["lengthen the term", "shorten what comes before", "let the phase not wait for it"]),
        new("W604", "a benchmark that nobody can measure",
            "Does a benchmark lack an indicator, a source of figures or an assessor?",
            "It will be met by assertion.",
            "Timor-Leste 2009: four criteria for each district, a joint technical team, field assessment teams.",
            ["write the indicator", "name where the figures come from", "name who assesses"]),
        new("W605", "a ceiling without a requirement",
            "Is a ceiling stated, and no required strength?",
            "A ceiling says how many may come at most. Nobody can say whether too few have come.",
            "UNPROFOR in the safe areas: 34,000 asked for, 7,600 approved (S/1994/555, cited from secondary reading).",
            ["state the strength that the tasks need"]),
    ];

    private static IEnumerable<CodeMeaning> Strength() =>
    [
        new("E701", "police in time",
            "Can the police service be formed in the time that there is?",
            "Intake, length of course, pace and pass rate give a date by arithmetic. Unknown numbers stay unknown: " +
                "the answer then " +
            "says what they would have to be.",
            "Kosovo, Timor-Leste and Liberia formed their services over years.",
            ["more intake", "shorter or more frequent courses", "a later date", "a smaller number"]),
        new("E801", "a force that can be raised",
            "Can the needed strength be raised from the pledges that nobody's objection bars?",
            "The ceiling is never tested: a ceiling is no requirement. The smallest set of sentences that cannot " +
                "all stand is named, " +
            "and each single repair with what it gives.",
            "Force generation by pledge and objection: UNPROFOR 1993, the stabilization force of 2025.",
            ["drop an objection", "raise a pledge", "lower the requirement", "find another contributor"]),
    ];
}
