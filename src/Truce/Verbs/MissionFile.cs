using System.Formats.Tar;
using Truce.Rules;

namespace Truce.Verbs;

/// <summary>Finds and reads framework files. The only place of this part that touches files.</summary>
internal static class MissionFile
{
    /// <summary>
    /// Reads a framework: a file, or a folder with a <c>framework.yaml</c>. Prints every defect to <paramref
    /// name="error"/>
    /// and gives null where it cannot be used.
    /// </summary>
    public static Rulebook? Open(string path, TextWriter error) => Read(path, error) is { } f ? new Rulebook(f) : null;

    /// <summary>As <see cref="Open"/>, not compiled.</summary>
    public static Framework? Read(string path, TextWriter error)
    {
        var reading = ReadAll(path);
        Print(reading, error);
        return reading.IsUsable ? reading.Framework : null;
    }

    /// <summary>Where the framework of a mission lies: the file itself, or <c>framework.yaml</c> in the
    /// folder.</summary>
    public static string Locate(string path) => Directory.Exists(path) ? Path.Combine(path, "framework.yaml") : path;

    /// <summary>The text of a document beside a framework; null where there is none, or it is longer than 16
    /// MiB.</summary>
    public static string? Document(string path, string name)
    {
        var file = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(Locate(path)))!, name);
        return File.Exists(file) && IsRegular(file) && new FileInfo(file).Length <= 16 * 1024 * 1024
            ? File.ReadAllText(file) : null;
    }

    /// <summary>A map or table beside a mission; null, and the reason printed, where it cannot be read.</summary>
    public static byte[]? Bounded(string file, int bytesMax, TextWriter error)
    {
        var wrong = !File.Exists(file) ? "there is no such file"
            : !IsRegular(file) ? "this is no regular file"
            : new FileInfo(file).Length > bytesMax ? $"it is larger than {bytesMax / 1024 / 1024} MiB"
            : null;
        if (wrong is null)
        {
            return File.ReadAllBytes(file);
        }

        error.WriteLine($"{file}: file: {wrong}\n  help: name a file that can be read");
        return null;
    }

    /// <summary>Reads without printing. A missing or unreadable file is a diagnostic too.</summary>
    public static Reading ReadAll(string path)
    {
        var (bytes, failure) = Load(path);
        return failure ?? FrameworkReader.Read(bytes, Locate(path));
    }

    /// <summary>A framework file's bytes as they are; null, and the reason printed, where it cannot be read.</summary>
    public static byte[]? Bytes(string path, TextWriter error)
    {
        var (bytes, failure) = Load(path);
        if (failure is not null)
        {
            Print(failure, error);
        }

        return bytes;
    }

    /// <summary>Reads at most one byte more than the limit: enough to see that a file is too large.</summary>
    private static (byte[]? Bytes, Reading? Failure) Load(string path)
    {
        var file = Locate(path);
        try
        {
            if (!File.Exists(file))
            {
                return (null, Unreadable(file, Directory.Exists(path) ? "the folder has no `framework.yaml`"
                    : "there is no such file",
                    "`truce new NAME` writes a commented starter mission"));
            }

            if (!IsRegular(file))
            {
                return (null, Unreadable(file, "this is no regular file", "copy what it gives into a file first"));
            }

            using var stream = File.OpenRead(file);
            var buffer = new byte[Math.Min(stream.Length, Limits.FileBytes + 1L)];
            var length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            return (buffer[..length], null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return (null, Unreadable(file, $"the file cannot be read: {e.Message.TrimEnd('.')}", null));
        }
    }

    /// <summary>
    /// False for a pipe, a device or a socket: none has a length, and opening one can wait for ever. The archive
    /// writer tells the kind of a file without opening any that is not regular; nothing else in the framework does.
    /// </summary>
    private static bool IsRegular(string file)
    {
        var target = new FileInfo(file).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? file;
        if (!File.Exists(target))
        {
            // A link such as /dev/fd/3 leads to something that has no path.
            return false;
        }

        if (new FileInfo(target).Length > 0)
        {
            return true;
        }

        using var header = new MemoryStream();
        try
        {
            using var writer = new TarWriter(header, TarEntryFormat.Pax, leaveOpen: true);
            writer.WriteEntry(target, "file");
        }
        catch (IOException) when (header.Length == 0)
        {
            // A socket is in no archive.
            return false;
        }

        header.Position = 0;
        using var reader = new TarReader(header);
        return reader.GetNextEntry() is { EntryType: TarEntryType.RegularFile };
    }

    private static Reading Unreadable(string file, string message, string? help) =>
        new(new Framework(), [new Diagnostic("F001", Severity.Error, file, default, message, help)]);

    /// <summary>Prints diagnostics, at most <see cref="Limits.Diagnostics"/>, and a count.</summary>
    public static void Print(Reading reading, TextWriter error)
    {
        foreach (var d in reading.Diagnostics.Take(Limits.Diagnostics))
        {
            error.WriteLine(d);
        }

        if (reading.Diagnostics.Length > Limits.Diagnostics)
        {
            error.WriteLine($"… and {reading.Diagnostics.Length - Limits.Diagnostics} more");
        }

        if (!reading.IsUsable)
        {
            var n = reading.Diagnostics.Count(d => d.Severity == Severity.Error);
            error.WriteLine($"{n} error{(n == 1 ? "" : "s")}: the framework cannot be used until " +
                $"{(n == 1 ? "it is" : "they are")} mended");
        }
    }
}
