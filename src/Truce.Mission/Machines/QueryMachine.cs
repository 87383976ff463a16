using System.Collections.Immutable;
using Truce.Record;
using Truce.Rules;

namespace Truce.Mission;

/// <summary>
/// A check of a plan against what the asker may not know, as an entry for him alone: the operator's key signs it, hit
/// or not, in one size; it spends one unit of the day's budget. The answer is another statement of the operator,
/// since nothing that the asker may read gives it. MISSION.md §3, RECORD.md §1.
/// </summary>
public static class QueryMachine
{
    /// <summary>Its name.</summary>
    public const string Name = "query";

    private const string Spent = "spent";
    private const long Day = 86_400_000;

    /// <summary>The machine.</summary>
    public static Machine Table { get; } = new(Name, "Check", [new Axis("answer", ["due", Spent, "given"])],
    [
        new Row
        {
            Command = "check",
            Kind = RowKind.Opens,
            Does = "enter that somebody asks what a plan may meet",
            Level = Level.Confidential,
            IsOfRecord = true,
            Fields =
            [
                Field.Must("asker", FieldKind.Name), Field.Must("plan", FieldKind.Hash),
                Field.Must("cells", FieldKind.Names),
            ],
            Axis = "answer",
            ToField = "answer",
            Added =
            [
                Field.May("answer", FieldKind.Code, "due", Spent), Field.May("of-today", FieldKind.Number),
                Field.May("budget", FieldKind.Number),
            ],
            Add = Counted,
            Guard = CheckFault,
        },
        new Row
        {
            Command = "answer",
            Kind = RowKind.Decides,
            Does = "tell the asker in which of the cells something may be, and whom to ask",
            Level = Level.Confidential,
            IsOfRecord = true,
            Axis = "answer",
            To = "given",
            Needs = [new Need("answer", ["due"], "it has its answer, or the day's budget was spent")],
            Fields = [Field.Must("told", FieldKind.Names), Field.Must("contact", FieldKind.Name)],
            Guard = asking => !IsOperator(asking) ? OperatorAlone
                : !asking.Act.Words("told").Select(Cell).SequenceEqual(asking.Subject!.Opening.Words("cells"))
                    ? "it says of each cell of the check, in order, `=1` or `=0`"
                : asking.Act.Word("contact") != asking.Fold.Terms.AccessContact
                    ? $"whom to ask is {asking.Fold.Terms.AccessContact}, whoever is asked about" : null,
        },
    ])
    {
        Dues = (check, terms) => check["answer"] != "due" ? []
            : [new("answer to check", check.Opening.Author, check.Opening.ReceivedAt + terms.QueryAnswer,
                "query-answer")],
    };

    internal const string OperatorAlone = "the operator's key alone says this";

    internal static bool IsOperator(Asking asking) =>
        asking.Received.Author.By.Key?.Role == EnrolledKey.OperatorRole;

    /// <summary>The organisation that alone reads a statement; null where that is not one.</summary>
    internal static string? OnlyReader(Asking asking) =>
        asking.Received.Statement.Audience is { Organisations: [var one] } ? one : null;

    /// <summary>The day, by the operator's clock, to which something that he received belongs.</summary>
    internal static long DayOf(long milliseconds) => milliseconds / Day;

    private static string? CheckFault(Asking asking)
    {
        var cells = asking.Act.Words("cells");
        var asked = cells.TakeWhile(c => !AskedCell.IsNone(c)).Select(AskedCell.Read).ToArray();
        return !IsOperator(asking) ? OperatorAlone
            : OnlyReader(asking) != asking.Act.Word("asker") ? "a check is for the asker's eyes alone"
            : asked.Length == 0 || Array.Exists(asked, a => a is null)
                || !cells.SequenceEqual(Questions.Cells([.. asked.OfType<AskedCell>()]))
                    ? $"`cells` is {Questions.CellsMax} texts as +001:-002:00640, in order, and what stands for nothing"
            : null;
    }

    private static string? Cell(string told) =>
        told.Length == AskedCell.TextLength + 2 && told[^2] == '=' && told[^1] is '0' or '1' ? told[..^2] : null;

    /// <summary>The how-manieth of the day it is. Humanitarian organisations spend nothing.</summary>
    private static IEnumerable<KeyValuePair<string, JsonValue>> Counted(Asking asking)
    {
        var (asker, budget) = (asking.Act.Word("asker")!, asking.Fold.Terms.QueryBudget);
        var number = asking.Fold.Checks.Of(asker, DayOf(asking.Received.ReceivedAt)) + 1;
        var isFree = Sides.Book(asking)?.Framework.Actors.Any(a => a.Id == asker && a.Kind == ActorKind.Humanitarian);
        return
        [
            new("answer", new JsonValue.Text(number > budget && isFree != true ? Spent : "due")),
            new("of-today", new JsonValue.Number(number)), new("budget", new JsonValue.Number(budget)),
        ];
    }
}

/// <summary>How many checks each has made on each day: a count of what the state holds.</summary>
internal sealed class CheckCount
{
    private readonly Dictionary<(string Asker, long Day), long> _of = [];

    public long Of(string asker, long day) => _of.GetValueOrDefault((asker, day));

    public void Watch(Step step)
    {
        if (step.Subject.Machine == QueryMachine.Table && step.Row.Kind == RowKind.Opens)
        {
            var key = (step.Word("asker")!, QueryMachine.DayOf(step.ReceivedAt));
            _of[key] = _of.GetValueOrDefault(key) + 1;
        }
    }
}
