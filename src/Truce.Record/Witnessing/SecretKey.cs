using System.Globalization;

namespace Truce.Record;

/// <summary>
/// A private key as a line of text, in the form of Go's signed notes: `PRIVATE+KEY+name+key id+base64(type ‖ seed)`.
/// </summary>
public static class SecretKey
{
    /// <summary>The largest key file.</summary>
    public const int BytesMax = 1024;

    private const string Head = "PRIVATE+KEY+";

    /// <summary>The line, without a newline, of the key that a seed gives.</summary>
    /// <exception cref="ArgumentException">The name cannot be a key's, or the seed has another length.</exception>
    public static string Text(string name, KeyUse use, ReadOnlySpan<byte> seed)
    {
        using var key = new SigningKey(name, use, seed);
        var id = key.Verifier.Id.ToString("x8", CultureInfo.InvariantCulture);
        return $"{Head}{name}+{id}+{Convert.ToBase64String([(byte)use, .. seed])}";
    }

    /// <summary>Reads a key file: the line, with or without its newline.</summary>
    public static Parsed<SigningKey> Parse(ReadOnlySpan<byte> bytes)
    {
        const string form = "a private key is one line `PRIVATE+KEY+name+key id+base64`";
        if (bytes.Length > BytesMax || Utf8.Text(bytes) is not { } text
            || !text.StartsWith(Head, StringComparison.Ordinal)
            || text.TrimEnd('\n')[Head.Length..].Split('+', 3) is not [var name, var id, var rest])
        {
            return new Unreadable(form);
        }

        if (Base64.Decode(rest) is not [var type, .. { Length: SigningKey.SeedBytes } seed]
            || type is not ((byte)KeyUse.Note or (byte)KeyUse.Cosignature) || !VerifierKey.IsName(name))
        {
            return new Unreadable(form);
        }

        var key = new SigningKey(name, (KeyUse)type, seed);
        if (key.Verifier.ToString().StartsWith($"{name}+{id}+", StringComparison.Ordinal))
        {
            return key;
        }

        key.Dispose();
        return new Unreadable("the private key's id is not that of its name and seed");
    }
}
