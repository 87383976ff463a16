namespace Truce.Record;

/// <summary>
/// A device's proof that it has the private half of its key, carried to whoever enrols it: a file `.possession` of
/// canonical JSON {genesis, key, organisation, origin, possession} and a newline.
/// </summary>
public sealed record Possession(
    DeviceKey Key, string Organisation, string Origin, Digest Genesis, ReadOnlyMemory<byte> Signature)
{
    /// <summary>The proof of a device for one log and one organisation.</summary>
    public static Possession Prove(DeviceSigner device, string organisation, string origin, Digest genesis) =>
        new(device.Key, organisation, origin, genesis, KeyAct.Possess(device, origin, genesis, organisation));

    /// <summary>The file's bytes.</summary>
    public byte[] ToBytes() =>
    [
        .. CanonicalJson.Write(new JsonValue.Members(
        [
            new("genesis", Fields.Write(Genesis)),
            new("key", Fields.Write(Key)),
            new("organisation", new JsonValue.Text(Organisation)),
            new("origin", new JsonValue.Text(Origin)),
            new("possession", Fields.Write(Signature.Span)),
        ])),
        (byte)'\n',
    ];

    /// <summary>Reads the file, and whether its proof holds.</summary>
    public static Parsed<Possession> Parse(ReadOnlySpan<byte> bytes)
    {
        var json = SignedStatement.OneLine(bytes);
        if (!json.IsValid)
        {
            return new Unreadable(json.Error);
        }

        var fields = new Fields(
            json.Value, "a proof of possession", "genesis", "key", "organisation", "origin", "possession");
        var read = new Possession(
            fields.As("key", DeviceKey.Parse), fields.Name("organisation"),
            fields.Text("origin", VerifierKey.IsName, "a log's origin"), fields.Hash("genesis"),
            fields.Signature("possession"));
        if (fields.Error is { } error)
        {
            return new Unreadable(error);
        }

        var message = KeyAct.PossessionMessage(read.Key, read.Origin, read.Genesis, read.Organisation);
        return read.Key.Verify(message, read.Signature.Span)
            ? read
            : new Unreadable($"the proof that the device has the private half of `{read.Key}` does not hold");
    }

    /// <summary>The act that enrols the device.</summary>
    public KeyAct.Enrol ToEnrolment(string role, string? area) =>
        new(Organisation, Key, role, area, Signature.ToArray());
}
