using System.Security.Cryptography;
using Truce.Record;

namespace Truce.Verbs;

/// <summary>Files of keys and of statements on their way. Nothing is overwritten.</summary>
internal static class KeyFiles
{
    /// <summary>The largest file that is read: a statement of the largest size in base64, and its signature.</summary>
    private const int BytesMax = 65_536;

    /// <summary>Reads a small file; null, and the reason printed, where it cannot be.</summary>
    public static byte[]? Read(string file, TextWriter error, int bytesMax = BytesMax)
    {
        try
        {
            using var stream = File.OpenRead(file);
            var buffer = new byte[bytesMax + 1];
            var length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            if (length <= bytesMax)
            {
                return buffer[..length];
            }

            error.WriteLine($"error: `{file}` is larger than {bytesMax} bytes\n  help: name the right file");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            error.WriteLine($"error: `{file}` cannot be read: {e.Message.TrimEnd('.')}\n" +
                "  help: name a file that is there and that you may read");
        }

        return null;
    }

    /// <summary>Reads a file of one form; null, and the reason printed, where it is none.</summary>
    public static T? Read<T>(
        string file, Func<byte[], Parsed<T>> parse, string help, TextWriter error, int bytesMax = BytesMax)
        where T : class
    {
        if (Read(file, error, bytesMax) is not { } bytes)
        {
            return null;
        }

        var read = parse(bytes);
        if (!read.IsValid)
        {
            error.WriteLine($"error: `{file}`: {read.Error}\n  help: {help}");
        }

        return read.Value;
    }

    /// <summary>The private key of a file that signs; null, and the reason printed, where there is none.</summary>
    public static DeviceSigner? Signer(string file, TextWriter error)
    {
        const string help = "name a file that `truce key new` made";
        var key = Read(file, b => PrivateKeyFile.Parse(b), help, error);
        if (key is null)
        {
            return null;
        }

        var signer = key.ToSigner();
        if (!signer.IsValid)
        {
            error.WriteLine($"error: `{file}`: {signer.Error}\n  help: {help} with the type ed25519 or p256");
        }

        return signer.Value;
    }

    /// <summary>Writes a new file and syncs it; false, and the reason printed, where one is there.</summary>
    public static bool Write(string file, ReadOnlySpan<byte> bytes, bool isSecret, TextWriter error)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (isSecret && !OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        if (Path.Exists(file))
        {
            error.WriteLine($"error: `{file}` is there already, and is not overwritten\n  help: choose another name");
            return false;
        }

        try
        {
            using var stream = new FileStream(file, options);
            stream.Write(bytes);
            stream.Flush(flushToDisk: true);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            error.WriteLine($"error: `{file}` cannot be written: {e.Message.TrimEnd('.')}\n" +
                "  help: choose a folder that is there and that you may write to");
            return false;
        }
    }

    /// <summary>A new private key. A number that P-256 does not take is drawn again.</summary>
    public static PrivateKeyFile Draw(PrivateKeyKind kind)
    {
        while (true)
        {
            var secret = RandomNumberGenerator.GetBytes(PrivateKeyFile.SecretBytes);
            if (PrivateKeyFile.From(kind, secret) is { IsValid: true, Value: var key })
            {
                return key;
            }
        }
    }

    /// <summary>A file's text without its last newline, as UTF-8; damaged bytes give what no form is.</summary>
    public static ReadOnlySpan<byte> WithoutNewline(ReadOnlySpan<byte> bytes) =>
        bytes is [.. var text, (byte)'\n'] ? text : bytes;
}
