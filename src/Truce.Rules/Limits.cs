namespace Truce.Rules;

/// <summary>The written limits of a framework file and of the checker. Past one, a clear error.</summary>
public static class Limits
{
    /// <summary>Largest file, in bytes: 4 MiB.</summary>
    public const int FileBytes = 4 * 1024 * 1024;

    /// <summary>Most rules in a file.</summary>
    public const int Rules = 20_000;

    /// <summary>Most facts, those that delegations add included.</summary>
    public const int Facts = 16;

    /// <summary>Most values in one dimension: performers, actions, leaves, phases, days, hours, values of a
    /// fact.</summary>
    public const int ValuesPerDimension = 4_096;

    /// <summary>Most parties whose claims one file holds.</summary>
    public const int Claimants = 48;

    /// <summary>Deepest nesting of a file.</summary>
    public const int Depth = 24;

    /// <summary>Most diagnostics that are printed; the rest are counted.</summary>
    public const int Diagnostics = 200;

    /// <summary>Most diagnostics that one reading lists: beyond, nobody reads them, and suggestions cost
    /// time.</summary>
    public const int DiagnosticsKept = 1_000;

    /// <summary>
    /// Most nodes that one check may visit before it says "not decided": enough for thousands of rules of the usual
    /// shape, and about a minute for a file that was written to take for ever.
    /// </summary>
    public const int CheckNodes = 8_000_000;

    /// <summary>Most work that the unknown facts of one question may cost on one footing; past it: not
    /// decided.</summary>
    public const int FactNodes = 20_000;

    /// <summary>Most different answers that unknown facts are told apart by; past it: not decided.</summary>
    public const int Branches = 16;

    /// <summary>Most values of one dimension that are tried for a near miss.</summary>
    public const int NearMissValues = 64;

    /// <summary>Most cells that are remembered while one action is checked.</summary>
    public const int CellsKept = 200_000;

    /// <summary>
    /// Most clauses that are read again without one rule, over a whole check, to see whether the rule has an effect;
    /// past
    /// it W502 is not decided.
    /// </summary>
    public const long EffectSteps = 20_000_000;

    /// <summary>Most steps that one action of a comparison may cost before it says "not decided".</summary>
    public const int DiffNodes = 1_000_000;
}
