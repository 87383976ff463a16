using System.Diagnostics;

namespace Truce.Record;

public abstract partial record KeyAct
{
    /// <summary>The act as a statement holds it.</summary>
    public JsonValue ToJson()
    {
        var members = Members().ToList();
        if (this is Admit or Witnesses)
        {
            members.Add(new("approvals", new JsonValue.Items([.. Approvals.Select(a => new JsonValue.Members(
            [
                new("organisation", new JsonValue.Text(a.Organisation)),
                new("signature", Fields.Write(a.Signature)),
            ]))])));
        }

        return new JsonValue.Members(members);
    }

    /// <summary>Reads the act of a statement: its form alone.</summary>
    public static Parsed<KeyAct> Read(string type, JsonValue act) => type switch
    {
        Admit.TypeName => ReadAdmit(act),
        Witnesses.TypeName => ReadWitnesses(act),
        Enrol.TypeName => ReadEnrol(act),
        Revoke.TypeName => ReadRevoke(act),
        Vouch.TypeName => ReadVouch(act),
        NewRootType => new Unreadable("a lost root is not replaced by this version: only the form of it is fixed"),
        Genesis.Type => new Unreadable("a log has one genesis, which is its leaf 0"),
        _ => new Unreadable("the record reads acts of the types `admit`, `witnesses`, `enrol`, `revoke` and `vouch`"),
    };

    private IEnumerable<KeyValuePair<string, JsonValue>> Members() => this switch
    {
        Admit a =>
        [
            new("organisation", new JsonValue.Text(a.Organisation)),
            new("root", Fields.Write(a.Root)),
            new("sponsor", Fields.Write(a.Sponsor)),
            new("reading_key", Fields.Write(a.ReadingKey)),
        ],
        Witnesses w =>
        [
            new("change", new JsonValue.Number(w.Change)),
            new("witnesses", CosignerList.Write(w.All)),
            new("mirrors", CosignerList.Write(w.Mirrors)),
        ],
        Enrol e =>
        [
            new("organisation", new JsonValue.Text(e.Organisation)),
            new("key", Fields.Write(e.Key)),
            new("role", new JsonValue.Text(e.Role)),
            new("area", Fields.Write(e.Area)),
            new("possession", Fields.Write(e.Possession)),
        ],
        Revoke r => [new("key", Fields.Write(r.Key)), new("since", new JsonValue.Number(r.Since))],
        Vouch v => [new("statement", Fields.Write(v.Statement))],
        _ => throw new UnreachableException(),
    };

    private static Parsed<KeyAct> ReadAdmit(JsonValue act)
    {
        var fields = new Fields(act, "an admission", "organisation", "root", "sponsor", "reading_key", "approvals");
        var admit = new Admit(
            fields.Name("organisation"), fields.AsOrNull("root", DeviceKey.Parse), fields.NameOrNull("sponsor"),
            fields.AsOrNull("reading_key", PublicReadingKey.Parse))
        {
            Given = ReadApprovals(fields),
        };
        if (Genesis.NameFault(admit.Organisation) is { } fault)
        {
            fields.Fail(fault);
        }

        if (admit.Root is null == admit.Sponsor is null)
        {
            fields.Fail("an admission has either a root or, for an organisation without keys, a sponsor");
        }

        return fields.Error is { } error ? new Unreadable(error) : admit;
    }

    private static Parsed<KeyAct> ReadWitnesses(JsonValue act)
    {
        var fields = new Fields(act, "a change of witnesses", "change", "witnesses", "mirrors", "approvals");
        var witnesses = new Witnesses(
            fields.Number("change", least: 1),
            fields.Each("witnesses", Genesis.CosignersMax, v => CosignerList.Read(v, "a witness")),
            fields.Each("mirrors", Genesis.CosignersMax, v => CosignerList.Read(v, "a mirror")))
        {
            Given = ReadApprovals(fields),
        };
        return fields.Error is { } error ? new Unreadable(error) : witnesses;
    }

    private static Parsed<KeyAct> ReadEnrol(JsonValue act)
    {
        var fields = new Fields(act, "an enrolment", "organisation", "key", "role", "area", "possession");
        var enrol = new Enrol(
            fields.Name("organisation"), fields.As("key", DeviceKey.Parse), fields.Name("role"),
            fields.LineOrNull("area"), fields.Signature("possession"));
        if (enrol.Role == EnrolledKey.RootRole)
        {
            fields.Fail("the role `root` is not enrolled: a root comes with its organisation");
        }

        return fields.Error is { } error ? new Unreadable(error) : enrol;
    }

    private static Parsed<KeyAct> ReadRevoke(JsonValue act)
    {
        var fields = new Fields(act, "a revocation", "key", "since");
        var revoke = new Revoke(fields.As("key", DeviceKey.Parse), fields.Number("since", least: 0));
        return fields.Error is { } error ? new Unreadable(error) : revoke;
    }

    private static Parsed<KeyAct> ReadVouch(JsonValue act)
    {
        var fields = new Fields(act, "a vouching", "statement");
        var vouch = new Vouch(fields.Hash("statement"));
        return fields.Error is { } error ? new Unreadable(error) : vouch;
    }

    private static List<Approval> ReadApprovals(Fields outer)
    {
        var all = outer.Each("approvals", ApprovalsMax, ReadApproval);
        if (Genesis.Disorder(all.Select(a => a.Organisation)) is { } twice)
        {
            outer.Fail($"the approvals are not in the order of names, each once: `{twice}`");
        }

        return all;
    }

    private static Parsed<Approval> ReadApproval(JsonValue value)
    {
        var fields = new Fields(value, "an approval", "organisation", "signature");
        var approval = new Approval(fields.Name("organisation"), fields.Signature("signature"));
        return fields.Error is { } error ? new Unreadable(error) : approval;
    }
}
