using System.Text;

namespace Truce.Record.Tests;

/// <summary>Keys and texts that tests share. Each key comes of the hash of its name: nothing here is secret.</summary>
internal static class Some
{
    public const string Origin = "truce.example/exercise";

    public static SigningKey Log { get; } = Key(Origin, KeyUse.Note);

    public static SigningKey Witness { get; } = Key("witness.example/a", KeyUse.Cosignature);

    public static SigningKey Key(string name, KeyUse use, string salt = "") =>
        new(name, use, Digest.Of(Bytes($"{name} {use}{salt}")).ToArray());

    /// <summary>A device's private key: the hash of its name and kind.</summary>
    public static DeviceSigner Device(string name, DeviceKeyKind kind = DeviceKeyKind.Ed25519) =>
        DeviceSigner.From(kind, Digest.Of(Bytes($"{name} {kind}")).ToArray()).Required();

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    public static SignedNote Note(string text) => SignedNote.Parse(Bytes(text)).Required();
}
