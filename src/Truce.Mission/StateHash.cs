using System.Security.Cryptography;
using System.Text;
using Truce.Record;

namespace Truce.Mission;

/// <content>The hash of a state, which a daily entry publishes.</content>
public sealed partial class Fold
{
    /// <summary>
    /// SHA-256 of what the state says, in an order and a layout of its own: two programs of the same semantics give the
    /// same hash, however each keeps its state. docs/decisions/0025-the-hash-of-a-state.md lists the bytes.
    /// </summary>
    /// <remarks>O(steps): a word is turned into bytes once.</remarks>
    internal Digest StateHash()
    {
        using var into = new StateBytes(Symbols);
        into.Text("truce/state/v1");
        into.Number(Taken);
        into.Number(Lost);
        into.Number(Erased.Count);
        foreach (var (type, count) in Erased)
        {
            into.Text(type);
            into.Number(count);
        }

        Subject[] subjects = [.. _ids.InOrder.OrderBy(s => s.Id, StringComparer.Ordinal)];
        into.Number(subjects.Length);
        foreach (var subject in subjects)
        {
            Put(subject, into);
        }

        into.Number(_ruled.Count);
        foreach (var ruled in _ruled)
        {
            into.Text(Json(ruled.Json));
        }

        into.Number(Acts.Count);
        for (var at = 0; at < Acts.Count; at++)
        {
            Put(LabelAt(at), Acts[at].Ruling, into);
        }

        return into.Hash();
    }

    private static void Put(Subject subject, StateBytes into)
    {
        into.Text(subject.Id);
        into.Number(subject.OpenedBy);
        into.Text(subject.Continues ?? "");
        var readers = subject.Audience?.Organisations ?? [];
        into.Number(readers.Count);
        foreach (var reader in readers)
        {
            into.Text(reader);
        }

        into.Number(subject.LastDecisionBy);
        into.Text(subject.LastDecision?.ToString() ?? "");
        into.Number(subject.Revisions);
        for (var axis = 0; axis < subject.Machine.Axes.Length; axis++)
        {
            into.Text(subject[subject.Machine.Axes[axis].Name]);
            into.Number(subject.JudgedRevision(axis));
        }

        into.Number(subject.StepCount);
        for (var i = 0; i < subject.StepCount; i++)
        {
            PutStep(subject, subject.PlaceOf(i), into);
        }
    }

    private static void PutStep(Subject subject, int place, StateBytes into)
    {
        var fold = subject.Fold;
        var head = subject.Head(place, out var at);
        var row = subject.Machine.Rows[head.Row];
        into.Text(row.Command);
        into.Number((head.IsOutOfPlace ? 1 : 0) + (subject.IsHere(place) ? 2 : 0));
        into.Number(fold.Acts.EntryOf(head.Label));
        into.Number(fold.Acts.ReceivedAt(head.Label));
        var occurredAt = subject.OccurredAt(head);
        into.Number(occurredAt);
        var (of, enteredBy) = fold._speakers[head.Speaker];
        into.Word(of);
        into.Word(enteredBy);
        into.Content(subject.Bytes, ref at, row, of, occurredAt);
    }

    private static void Put(Labelled act, int ruling, StateBytes into)
    {
        into.Number(act.Entry);
        into.Number(act.ReceivedAt);
        into.Number(act.OccurredAt);
        into.Text(act.Type);
        into.Text(act.Subject);
        into.Text(act.Author);
        into.Number((int)act.Outcome);
        into.Text(act.Why ?? "");
        into.Number(act.IsClear ? 1 : 0);
        into.Number(ruling);
    }

    /// <summary>Numbers as LEB128 and texts behind their length, hashed as they come.</summary>
    private sealed class StateBytes(Symbols symbols) : IDisposable
    {
        private const int NumberBytesMax = 10;

        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private readonly Dictionary<int, byte[]> _words = [];
        private readonly byte[] _bytes = new byte[16_384];
        private int _used;

        public void Dispose() => _hash.Dispose();

        public Digest Hash()
        {
            Flush();
            return new Digest(_hash.GetHashAndReset());
        }

        public void Number(long value)
        {
            Reserve(NumberBytesMax);
            Packed.Number(_bytes, ref _used, value);
        }

        public void Text(string text) => Bytes(Encoding.UTF8.GetBytes(text));

        /// <summary>The word of a number: the number itself is this program's own.</summary>
        public void Word(int symbol)
        {
            if (!_words.TryGetValue(symbol, out var bytes))
            {
                _words.Add(symbol, bytes = Encoding.UTF8.GetBytes(symbols[symbol]));
            }

            Bytes(bytes);
        }

        /// <summary>Performer, places, window and fields of a step.</summary>
        public void Content(ReadOnlySpan<byte> bytes, ref int at, Row row, int author, long occurredAt)
        {
            Word(Packed.Number(bytes, ref at) is > 0 and var performer ? (int)performer - 1 : author);
            Words(bytes, ref at);
            var (from, length) = bytes[at++] == 0 ? (occurredAt, 0)
                : (Packed.Number(bytes, ref at), Packed.Number(bytes, ref at));
            Number(from);
            Number(from + length);

            int count = bytes[at++];
            Number(count);
            for (; count > 0; count--)
            {
                var field = row.EventField(bytes[at++]);
                Text(field.Name);
                switch (field.Kind)
                {
                    case FieldKind.Codes or FieldKind.Names:
                        Words(bytes, ref at);
                        break;
                    case FieldKind.Number or FieldKind.Time or FieldKind.Flag:
                        Number(Packed.Number(bytes, ref at));
                        break;
                    default:
                        Word((int)Packed.Number(bytes, ref at));
                        break;
                }
            }
        }

        private void Words(ReadOnlySpan<byte> bytes, ref int at)
        {
            var count = Packed.Number(bytes, ref at);
            Number(count);
            for (; count > 0; count--)
            {
                Word((int)Packed.Number(bytes, ref at));
            }
        }

        private void Bytes(ReadOnlySpan<byte> bytes)
        {
            Number(bytes.Length);
            if (bytes.Length > _bytes.Length / 2)
            {
                Flush();
                _hash.AppendData(bytes);
                return;
            }

            Reserve(bytes.Length);
            bytes.CopyTo(_bytes.AsSpan(_used));
            _used += bytes.Length;
        }

        private void Reserve(int count)
        {
            if (_used > _bytes.Length - count)
            {
                Flush();
            }
        }

        private void Flush()
        {
            _hash.AppendData(_bytes.AsSpan(0, _used));
            _used = 0;
        }
    }
}
