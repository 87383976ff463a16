using Truce.Record;

namespace Truce.Http;

/// <summary>Private keys, and other small files of one's own folder.</summary>
internal static class Keys
{
    /// <summary>Reads a key file of one line; an error names the file.</summary>
    public static Parsed<SigningKey> Read(string file)
    {
        var bytes = Small(file, SecretKey.BytesMax);
        var key = bytes.IsValid ? SecretKey.Parse(bytes.Value) : new Unreadable(bytes.Error);
        return key.IsValid || !bytes.IsValid ? key : new Unreadable($"{file}:1: {key.Error}");
    }

    /// <summary>
    /// A small file's bytes; the reason where it is missing, too large or unreadable. A pipe has no length: it is read
    /// as empty, since whoever opens one may wait for ever.
    /// </summary>
    public static Parsed<byte[]> Small(string file, int bytesMax)
    {
        try
        {
            var there = new FileInfo(file);
            if (there is { Exists: true, LinkTarget: not null })
            {
                there = new FileInfo(there.ResolveLinkTarget(returnFinalTarget: true)!.FullName);
            }

            return !there.Exists ? new Unreadable($"{file}: there is no such file")
                : there.Length > bytesMax ? new Unreadable($"{file}:1: larger than {bytesMax} bytes")
                : there.Length == 0 ? Array.Empty<byte>()
                : File.ReadAllBytes(there.FullName);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Unreadable($"{file}: it cannot be read: {e.Message}");
        }
    }
}
