using System.Diagnostics;

namespace Truce.Record;

public sealed partial class Roster
{
    /// <summary>The roster behind a leaf, its signature verified here. A confidential leaf changes nothing.</summary>
    /// <param name="index">The leaf's index, behind every one that was applied.</param>
    /// <param name="leaf">The leaf.</param>
    public Parsed<Roster> Apply(long index, Leaf leaf)
    {
        if (ConfidentialStatement.Parse(leaf.Statement.Span).IsValid)
        {
            return this;
        }

        var statement = new SignedStatement(leaf.Statement, leaf.Signature).Verify();
        return statement.IsValid ? Apply(index, statement.Value) : new Unreadable(statement.Error);
    }

    /// <summary>
    /// The roster behind a statement, or why it changes nothing. A statement that is no key's act leaves it as it is.
    /// </summary>
    /// <param name="index">The statement's index, behind every one that was applied.</param>
    /// <param name="statement">A clear leaf's statement, whose signature was verified.</param>
    /// <exception cref="ArgumentOutOfRangeException">The index is not behind the last one that changed it.</exception>
    public Parsed<Roster> Apply(long index, Statement statement)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(index, ChangedAt);
        if (statement.Origin != Genesis.Origin || statement.Genesis != Founding.Hash)
        {
            return new Unreadable($"the statement is for `{statement.Origin}` with the genesis `{statement.Genesis}`, "
                + $"and this is `{Genesis.Origin}` with `{Founding.Hash}`");
        }

        if (!KeyAct.IsType(statement.Type) && statement.Type is not (KeyAct.NewRootType or Genesis.Type))
        {
            return this;
        }

        var act = KeyAct.Read(statement.Type, statement.Act);
        var fault = act.Error
            ?? (statement.For is not null ? "nobody admits, enrols, revokes or vouches for somebody else" : null)
            ?? (statement.Audience is not null ? "an act on keys is clear: everybody must be able to read it" : null)
            ?? (statement.Expects is not null ? "an act on keys expects no decision" : null)
            ?? AuthorFault(statement.Key, index);
        if (fault is not null)
        {
            return new Unreadable(fault);
        }

        return Carry(act.Required(), Find(statement.Key)!, index);
    }

    private Parsed<Roster> Carry(KeyAct act, EnrolledKey author, long index)
    {
        var (fault, after) = act switch
        {
            KeyAct.Admit admit => (AdmitFault(admit), (Func<State>)(() => After(admit, index))),
            KeyAct.Witnesses change => (ChangeFault(change), () => After(change)),
            KeyAct.Enrol enrol => (EnrolFault(enrol, author), () => After(enrol, author, index)),
            KeyAct.Revoke revoke => (RevokeFault(revoke, author), () => After(revoke, index)),
            KeyAct.Vouch vouch => (VouchFault(vouch, author), () => After(vouch, author)),
            _ => throw new UnreachableException(),
        };
        if (fault is not null)
        {
            return new Unreadable(fault);
        }

        // What a later roster holds beyond this one's count is no part of this one's future.
        var past = _count == _states.Count ? _states : _states.RemoveRange(_count, _states.Count - _count);
        return new Roster(Founding, past.Add(after() with { At = index }), _count + 1);
    }

    private string? AuthorFault(DeviceKey key, long index) => KeyAt(key, index).Standing switch
    {
        Standing.Valid => null,
        Standing.Unknown => $"the author's key `{key}` is not enrolled",
        _ => $"the author's key `{key}` is revoked: an act on keys by a revoked key never takes effect",
    };

    private string? AdmitFault(KeyAct.Admit act)
    {
        var known = Find(act.Organisation);
        if (known is { Root: not null })
        {
            return $"`{act.Organisation}` is admitted already, with a root";
        }

        if (known is not null && act.Root is null)
        {
            return $"`{act.Organisation}` is admitted already, with the sponsor `{known.Sponsor}`";
        }

        if (known is null && Now.Organisations.Count >= OrganisationsMax)
        {
            return $"there are {OrganisationsMax} organisations, and more are not admitted";
        }

        if (act.Sponsor is { } sponsor && Find(sponsor)?.Root is null)
        {
            return $"the sponsor `{sponsor}` is no organisation with a root";
        }

        return act.Root is { } root && InUse(root) is { } use
            ? $"the root of `{act.Organisation}` is in use as {use}: each needs a key of its own"
            : ApprovalFault(act);
    }

    private State After(KeyAct.Admit act, long index)
    {
        var known = Find(act.Organisation);
        var organisation = new Organisation(
            act.Organisation, act.Root, act.Sponsor, IsGuardian: false, act.ReadingKey, known?.AdmittedAt ?? index);
        var after = Now with { Organisations = Now.Organisations.SetItem(act.Organisation, organisation) };
        return act.Root is not { } root ? after : after with
        {
            Keys = Now.Keys.Add(root, new EnrolledKey(
                root, act.Organisation, EnrolledKey.RootRole, Area: null, index, EnrolledBy: null)),
            KeysOf = Now.KeysOf.SetItem(act.Organisation, 1),
            InUse = Now.InUse.Add(root.ToString(), $"the root of `{act.Organisation}`"),
        };
    }

    private string? ChangeFault(KeyAct.Witnesses act)
    {
        if (act.Change != Now.Change + 1)
        {
            return $"the change has the number {act.Change}, and the next one is {Now.Change + 1}: "
                + "have it approved anew under that number";
        }

        if (CosignerList.Fault(act.All, act.Mirrors, n => Find(n) is not null) is { } fault)
        {
            return fault;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (key, whose) in Cosigners(act))
        {
            if (!seen.Add(key))
            {
                return $"{whose} has the key of another: each needs its own";
            }

            // A witness keeps its key under its name; all else that the key was used for stands against it.
            if (InUse(DeviceKey.Parse(key).Required()) is { } use && use != whose)
            {
                return $"the key of {whose} is in use as {use}: each needs a key of its own";
            }
        }

        return ApprovalFault(act);
    }

    private State After(KeyAct.Witnesses act) => Now with
    {
        Witnesses = act.All,
        Mirrors = act.Mirrors,
        Change = act.Change,
        InUse = Now.InUse.SetItems(Cosigners(act).Select(c => KeyValuePair.Create(c.Key, c.Whose))),
    };

    private static IEnumerable<(string Key, string Whose)> Cosigners(KeyAct.Witnesses act) =>
    [
        .. act.All.Select(w => (CosignerList.Text(w.Key), $"the witness `{w.Name}`")),
        .. act.Mirrors.Select(m => (CosignerList.Text(m.Key), $"the mirror `{m.Name}`")),
    ];

    private string? EnrolFault(KeyAct.Enrol act, EnrolledKey author)
    {
        if (!author.IsEnroller)
        {
            return $"a key with the role `{author.Role}` enrols nobody: the root or an enroller does";
        }

        if (author.Organisation != act.Organisation)
        {
            return $"`{author.Organisation}` enrols no key for `{act.Organisation}`";
        }

        if (act.Role == EnrolledKey.EnrollerRole && author.Role != EnrolledKey.RootRole)
        {
            return "an enroller is enrolled by the root alone";
        }

        if (act.Role == EnrolledKey.OperatorRole && Operator is { } other && other != act.Organisation)
        {
            return $"`{other}` is the operator's organisation here, and no other enrols a key with this role";
        }

        if (Find(act.Key) is { Role: not EnrolledKey.RootRole } known)
        {
            return known.Organisation != act.Organisation ? $"the key `{act.Key}` is enrolled for another organisation"
                : known.RevokedAt is not null ? $"the key `{act.Key}` is revoked and never enrolled again"
                : $"the key `{act.Key}` is enrolled already";
        }

        if (InUse(act.Key) is { } use)
        {
            return $"the key `{act.Key}` is in use as {use}: a device needs a key of its own";
        }

        if (Now.KeysOf.GetValueOrDefault(act.Organisation) >= KeysMax)
        {
            return $"`{act.Organisation}` has {KeysMax} keys, and more are not enrolled";
        }

        // A device that cannot be reached proved it to a log before this one: that it has the key stays true.
        var holds = Founding.Lineage.Earlier.Prepend(new EarlierLog(Genesis.Origin, Founding.Hash)).Any(l =>
            act.Key.Verify(
                KeyAct.PossessionMessage(act.Key, l.Origin, l.Genesis, act.Organisation), act.Possession));
        return holds ? null
            : $"the proof that the device has the private half of `{act.Key}` does not hold for `{act.Organisation}` "
                + $"in `{Genesis.Origin}`";
    }

    private State After(KeyAct.Enrol act, EnrolledKey author, long index) => Now with
    {
        Keys = Now.Keys.Add(act.Key, new EnrolledKey(
            act.Key, act.Organisation, act.Role, act.Area, index, author.Key)),
        KeysOf = Now.KeysOf.SetItem(act.Organisation, Now.KeysOf.GetValueOrDefault(act.Organisation) + 1),
        Operator = Now.Operator ?? (act.Role == EnrolledKey.OperatorRole ? act.Organisation : null),
    };

    private string? RevokeFault(KeyAct.Revoke act, EnrolledKey author) =>
        !author.IsEnroller ? $"a key with the role `{author.Role}` revokes nobody: the root or an enroller does"
        : Find(act.Key) is not { } known ? $"the key `{act.Key}` is not enrolled"
        : known.Organisation != author.Organisation
            ? $"`{author.Organisation}` revokes no key of `{known.Organisation}`"
        : known.Role == EnrolledKey.RootRole
            ? "a root is not revoked: a lost root is replaced, of which this version has the form alone"
        : known.Since <= act.Since
            ? $"the key `{act.Key}` is revoked already, and disputed since {known.Since}: a second one is earlier"
        : null;

    private State After(KeyAct.Revoke act, long index)
    {
        var known = Find(act.Key)!;
        return Now with
        {
            Keys = Now.Keys.SetItem(
                act.Key, known with { RevokedAt = known.RevokedAt ?? index, Since = act.Since }),
        };
    }

    private string? VouchFault(KeyAct.Vouch act, EnrolledKey author) =>
        !author.IsEnroller ? $"a key with the role `{author.Role}` vouches for nobody: the root or an enroller does"
        : Now.Vouched.Contains((act.Statement, author.Organisation))
            ? $"`{author.Organisation}` has vouched for `{act.Statement}` already"
        : null;

    private State After(KeyAct.Vouch act, EnrolledKey author) =>
        Now with { Vouched = Now.Vouched.Add((act.Statement, author.Organisation)) };

    /// <summary>What a key serves for beside being a device's; null for nothing.</summary>
    private string? InUse(DeviceKey key) => Now.InUse.GetValueOrDefault(key.ToString())
        ?? (Find(key) is { } device ? $"a device of `{device.Organisation}`" : null);

    /// <summary>One bad approval condemns the act: somebody put it there.</summary>
    private string? ApprovalFault(KeyAct act)
    {
        var message = act.ApprovalMessage(Founding.Hash);
        foreach (var approval in act.Approvals)
        {
            if (Find(approval.Organisation) is not { IsGuardian: true, Root: { } root })
            {
                return $"`{approval.Organisation}` is no guardian: guardians alone approve";
            }

            if (!root.Verify(message, approval.Signature))
            {
                return $"the approval of `{approval.Organisation}` does not hold for this act in this log";
            }
        }

        return act.Approvals.Count >= Genesis.Threshold ? null
            : $"{act.Approvals.Count} of {Genesis.Guardians.Count()} guardians have approved: "
                + $"{Genesis.Threshold} are needed";
    }
}
