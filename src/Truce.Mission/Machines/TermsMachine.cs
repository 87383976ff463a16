using System.Collections.Immutable;

namespace Truce.Mission;

/// <summary>
/// The mission's own terms, each with its source: by whom the framework lets revise it, or by the operator while no
/// framework is in force. The last stands, by when it was declared for.
/// </summary>
public static class TermsMachine
{
    private const long Minute = 60_000;
    private const long LengthMaxMinutes = 366 * 24 * 60;

    private static readonly ImmutableDictionary<string, Func<Terms, long, Terms>> Lengths =
        new Dictionary<string, Func<Terms, long, Terms>>
        {
            ["movement-lead"] = (t, v) => t with { MovementLead = v },
            ["emergency-lead"] = (t, v) => t with { EmergencyLead = v },
            ["movement-decision"] = (t, v) => t with { MovementDecision = v },
            ["approval-expiry"] = (t, v) => t with { ApprovalExpiry = v },
            ["site-revalidation"] = (t, v) => t with { SiteRevalidation = v },
            ["triage"] = (t, v) => t with { Triage = v },
            ["verification"] = (t, v) => t with { Verification = v },
            ["protest-answer"] = (t, v) => t with { ProtestAnswer = v },
            ["complaint-answer"] = (t, v) => t with { ComplaintAnswer = v },
            ["urgent-acknowledgement"] = (t, v) => t with { UrgentAcknowledgement = v },
            ["routine-acknowledgement"] = (t, v) => t with { RoutineAcknowledgement = v },
            ["query-answer"] = (t, v) => t with { QueryAnswer = v },
            ["kin-informed"] = (t, v) => t with { KinInformed = v },
            ["use-of-force-report"] = (t, v) => t with { UseOfForceReport = v },
            ["use-of-force-review"] = (t, v) => t with { UseOfForceReview = v },
        }.ToImmutableDictionary(StringComparer.Ordinal);

    /// <summary>Terms that are no length of time, each with the member that states it.</summary>
    private static readonly ImmutableSortedDictionary<string, string> Others = new Dictionary<string, string>
    {
        ["standard-of-proof"] = "standard",
        ["query-budget"] = "checks",
        ["access-contact"] = "contact",
    }.ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <summary>The machine.</summary>
    public static Machine Table { get; } = new("terms", "Term of the mission", [new Axis("state", ["declared"])],
    [
        new Row
        {
            Command = "declare",
            Kind = RowKind.Opens,
            Does = "declare how long something may take, the standard of proof, the budget of checks, or whom to ask",
            Level = Level.Clear,
            Fields =
            [
                Field.Must("term", FieldKind.Code, [.. Lengths.Keys.Order(StringComparer.Ordinal), .. Others.Keys]),
                Field.May("minutes", FieldKind.Number), Field.May("standard", FieldKind.Code, Proof.Standards),
                Field.May("checks", FieldKind.Number), Field.May("contact", FieldKind.Name),
                Field.Must("source", FieldKind.Name),
            ],
            Guard = asking => WrongMember(asking.Act)
                ?? (asking.Act.Number("minutes") > LengthMaxMinutes ? "a term is at most 366 days" : null)
                ?? Declarations.MayRevise(asking),
            Added = [Declarations.UnseenField],
            Add = Declarations.AddUnseen,
            Remark = Declarations.RemarkUnseen,
        },
    ]);

    internal static bool IsOne(Step step) => step.Word("term") switch
    {
        "standard-of-proof" => step.Word("standard") is not null,
        "query-budget" => step.Number("checks") is >= 0,
        "access-contact" => step.Word("contact") is not null,
        var term => term is not null && Lengths.ContainsKey(term)
            && step.Number("minutes") is >= 0 and <= LengthMaxMinutes,
    };

    internal static Terms With(Terms terms, Step step) => step.Word("term") switch
    {
        "standard-of-proof" => terms with { StandardOfProof = step.Word("standard")! },
        "query-budget" => terms with { QueryBudget = step.Number("checks")!.Value },
        "access-contact" => terms with { AccessContact = step.Word("contact")! },
        var term => Lengths[term!](terms, step.Number("minutes")!.Value * Minute),
    };

    private static string? WrongMember(Act act)
    {
        var wanted = Others.GetValueOrDefault(act.Word("term")!, "minutes");
        return Others.Values.Append("minutes").All(member => (act[member] is not null) == (member == wanted)) ? null
            : "the standard of proof has a `standard`, query-budget its `checks`, access-contact its `contact`, every "
                + "other term its `minutes`";
    }
}
