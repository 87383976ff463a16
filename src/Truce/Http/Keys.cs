using Truce.Record;

namespace Truce.Http;

/// <summary>Private keys in files of one line.</summary>
internal static class Keys
{
    /// <summary>Reads a key file; an error names the file.</summary>
    public static Parsed<SigningKey> Read(string file)
    {
        if (!File.Exists(file))
        {
            return new Unreadable($"{file}: there is no such file");
        }

        using var stream = File.OpenRead(file);
        var bytes = new byte[SecretKey.BytesMax + 1];
        var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        var key = SecretKey.Parse(bytes.AsSpan(0, length));
        return key.IsValid ? key : new Unreadable($"{file}:1: {key.Error}");
    }
}
