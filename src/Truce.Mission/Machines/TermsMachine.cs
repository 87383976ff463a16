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
            ["use-of-force-report"] = (t, v) => t with { UseOfForceReport = v },
            ["use-of-force-review"] = (t, v) => t with { UseOfForceReview = v },
        }.ToImmutableDictionary(StringComparer.Ordinal);

    /// <summary>The machine.</summary>
    public static Machine Table { get; } = new("terms", "Term of the mission", [new Axis("state", ["declared"])],
    [
        new Row
        {
            Command = "declare",
            Kind = RowKind.Opens,
            Does = "declare how long something may take, or the standard of proof",
            Level = Level.Clear,
            Fields =
            [
                Field.Must("term", FieldKind.Code,
                    [.. Lengths.Keys.Order(StringComparer.Ordinal), "standard-of-proof"]),
                Field.May("minutes", FieldKind.Number), Field.May("standard", FieldKind.Code, Proof.Standards),
                Field.Must("source", FieldKind.Name),
            ],
            Guard = asking =>
                (asking.Act.Word("term") == "standard-of-proof") != (asking.Act.Word("standard") is not null)
                || (asking.Act.Word("standard") is null) != (asking.Act.Number("minutes") is not null)
                    ? "the standard of proof has a `standard`, every other term its `minutes`"
                : asking.Act.Number("minutes") > LengthMaxMinutes ? "a term is at most 366 days"
                : Declarations.MayRevise(asking),
        },
    ]);

    internal static bool IsOne(Step step) => step.Word("standard") is not null
        || (step.Word("term") is { } term && Lengths.ContainsKey(term)
            && step.Number("minutes") is >= 0 and <= LengthMaxMinutes);

    internal static Terms With(Terms terms, Step step) => step.Word("standard") is { } standard
        ? terms with { StandardOfProof = standard }
        : Lengths[step.Word("term")!](terms, step.Number("minutes")!.Value * Minute);
}
