using System.Text;
using Truce.Record;

namespace Truce.Mission.Tests;

/// <summary>
/// The bytes that docs/decisions/0025-the-hash-of-a-state.md lists, from what whoever holds a state can ask of it.
/// </summary>
internal sealed class StateOracle
{
    private readonly List<byte> _bytes = [];
    private readonly Fold _fold;

    private StateOracle(Fold fold) => _fold = fold;

    /// <summary>The bytes of a state.</summary>
    public static byte[] Bytes(Fold fold) => new StateOracle(fold).All();

    private byte[] All()
    {
        Text("truce/state/v1");
        Number(_fold.Taken);
        Number(_fold.Lost);
        Number(_fold.Erased.Count);
        foreach (var (type, count) in _fold.Erased)
        {
            Text(type);
            Number(count);
        }

        Number(_fold.Subjects.Count);
        foreach (var subject in _fold.Subjects.Values.OrderBy(s => s.Id, StringComparer.Ordinal))
        {
            Subject(subject);
        }

        Ruled[] rulings = [.. _fold.Rulings];
        List([.. rulings.Select(r => Encoding.UTF8.GetString(CanonicalJson.Write(r.Json)))]);
        Number(_fold.LabelCount);
        foreach (var act in _fold.Labels)
        {
            Number(act.Entry);
            Number(act.ReceivedAt);
            Number(act.OccurredAt);
            Text(act.Type, act.Subject, act.Author);
            Number((int)act.Outcome);
            Text(act.Why ?? "");
            Number(act.IsClear ? 1 : 0);
            Number(act.Ruling is null ? -1 : Array.IndexOf(rulings, act.Ruling));
        }

        return [.. _bytes];
    }

    private void Subject(Subject subject)
    {
        Text(subject.Id);
        Number(subject.OpenedBy);
        Text(subject.Continues ?? "");
        List([.. subject.Audience?.Organisations ?? []]);
        Number(subject.LastDecisionBy);
        Text(subject.LastDecision?.ToString() ?? "");
        Number(subject.Revisions);
        for (var axis = 0; axis < subject.Machine.Axes.Length; axis++)
        {
            Text(subject[subject.Machine.Axes[axis].Name]);
            Number(subject.JudgedRevision(axis));
        }

        Number(subject.StepCount);
        foreach (var step in subject.Steps)
        {
            Step(step);
        }
    }

    private void Step(Step step)
    {
        Text(step.Row.Command);
        Number((step.IsOutOfPlace ? 1 : 0) + (step.IsHere ? 2 : 0));
        Number(step.Entry);
        Number(step.ReceivedAt);
        Number(step.OccurredAt);
        Text(step.Author, step.EnteredBy, step.Performer);
        List(step.Places);
        Number(step.Window.From);
        Number(step.Window.Until);
        Field[] fields =
        [
            .. step.Row.Fields.Concat(step.Row.Added).Where(f => IsList(f) ? !step.Words(f.Name).IsEmpty
                    : IsNumber(f) ? step.Number(f.Name) is not null : step.Word(f.Name) is not null)
                .OrderBy(f => f.Name, StringComparer.Ordinal),
        ];
        Number(fields.Length);
        foreach (var field in fields)
        {
            Text(field.Name);
            if (IsList(field))
            {
                List(step.Words(field.Name));
            }
            else if (IsNumber(field))
            {
                Number(step.Number(field.Name)!.Value);
            }
            else
            {
                Text(step.Word(field.Name)!);
            }
        }
    }

    private static bool IsList(Field field) => field.Kind is FieldKind.Codes or FieldKind.Names;

    private static bool IsNumber(Field field) => field.Kind is FieldKind.Number or FieldKind.Time or FieldKind.Flag;

    private void Number(long value)
    {
        var rest = unchecked((ulong)value);
        for (; rest >= 0x80; rest >>= 7)
        {
            _bytes.Add(unchecked((byte)(rest | 0x80)));
        }

        _bytes.Add((byte)rest);
    }

    private void Text(params IEnumerable<string> texts)
    {
        foreach (var text in texts.Select(Encoding.UTF8.GetBytes))
        {
            Number(text.Length);
            _bytes.AddRange(text);
        }
    }

    private void List(IReadOnlyCollection<string> texts)
    {
        Number(texts.Count);
        Text(texts);
    }
}
