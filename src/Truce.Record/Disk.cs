using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Truce.Record;

/// <summary>
/// The files of one folder, as a value: the log is written against this, so that a test can stand in for the disk.
/// Every member may throw <see cref="IOException"/>; the log then stops.
/// </summary>
public abstract class Disk
{
    /// <summary>The names of the files.</summary>
    public abstract IReadOnlyList<string> Names();

    /// <summary>The length of a file; null where there is none.</summary>
    public abstract long? Length(string name);

    /// <summary>Fills a buffer from an offset on; what lies past the end stays. Gives the bytes read.</summary>
    public abstract int Read(string name, long offset, Span<byte> into);

    /// <summary>Makes an empty file, in place of one that was there.</summary>
    public abstract void Create(string name);

    /// <summary>Writes bytes; not durable before the next sync.</summary>
    public abstract void Write(string name, long offset, ReadOnlySpan<byte> bytes);

    /// <summary>Lets a file's bytes begin their way to the disk, so that a later sync finds less to do.</summary>
    public virtual void StartWriting(string name)
    {
    }

    /// <summary>Cuts or lengthens a file; new bytes are zero.</summary>
    public abstract void SetLength(string name, long length);

    /// <summary>Makes a file's bytes durable; its name is another matter.</summary>
    public abstract void Sync(string name);

    /// <summary>Gives a file another name, in place of the file that had it.</summary>
    public abstract void Rename(string from, string to);

    /// <summary>Removes a file.</summary>
    public abstract void Delete(string name);

    /// <summary>Makes the names durable.</summary>
    public abstract void SyncNames();

    /// <summary>Takes the folder for one writer until it is disposed; null where somebody has it.</summary>
    public abstract IDisposable? TryLock();

    /// <summary>A whole file, all of it from one moment even while another takes its place.</summary>
    public virtual byte[] ReadAll(string name)
    {
        var bytes = new byte[checked((int)(Length(name) ?? throw new FileNotFoundException($"`{name}` is missing")))];
        return Read(name, 0, bytes) == bytes.Length ? bytes : throw new IOException($"`{name}` is shorter than it was");
    }

    /// <summary>A whole file that is never larger than so many bytes: a larger one is not read.</summary>
    /// <exception cref="IOException">It is larger, missing, or cannot be read.</exception>
    internal byte[] ReadSmall(string name, int bytesMax) => Length(name) > bytesMax
        ? throw RecordLog.Damage(name, bytesMax, $"larger than {bytesMax} bytes, and such a file never is")
        : ReadAll(name);

    /// <summary>Puts a whole file in place durably: there is the old one or the new one, never a part.</summary>
    public void Put(string name, ReadOnlySpan<byte> bytes) => Replace(name, bytes);

    internal void Replace(string name, ReadOnlySpan<byte> bytes)
    {
        var fresh = name + Folder.FreshSuffix;
        Create(fresh);
        Write(fresh, 0, bytes);
        Sync(fresh);
        Rename(fresh, name);
        SyncNames();
    }
}

/// <summary>
/// A folder of the machine's file system. One process writes; others may read. Safe from several threads, as long as
/// one alone changes a file or the names.
/// </summary>
public sealed partial class Folder(string path) : Disk, IDisposable
{
    internal const string FreshSuffix = ".new";

    private const string LockName = "lock";

    private readonly Lock _gate = new();
    private readonly Dictionary<string, SafeFileHandle> _open = new(StringComparer.Ordinal);
    private bool _disposed;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Names() =>
        [.. Directory.EnumerateFiles(path).Select(f => Path.GetFileName(f)).Where(n => n != LockName)];

    /// <inheritdoc/>
    public override long? Length(string name) =>
        new FileInfo(At(name)) is { Exists: true, Length: var length } ? length : null;

    /// <inheritdoc/>
    public override int Read(string name, long offset, Span<byte> into)
    {
        while (true)
        {
            try
            {
                return Read(Handle(name), offset, into);
            }
            catch (ObjectDisposedException) when (!_disposed)
            {
                // another file has just taken the name: it is read instead
            }
        }
    }

    /// <inheritdoc/>
    public override byte[] ReadAll(string name)
    {
        if (Length(name) == 0)
        {
            return []; // a pipe has no length either, and whoever opens it waits for ever
        }

        using var file = File.OpenHandle(
            At(name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var length = RandomAccess.GetLength(file);
        var bytes = length > Array.MaxLength
            ? throw new IOException($"`{name}` is larger than any file that is read whole")
            : new byte[length];
        return Read(file, 0, bytes) == bytes.Length ? bytes : throw new IOException($"`{name}` is shorter than it was");
    }

    /// <inheritdoc/>
    public override void Create(string name)
    {
        Close(name);
        File.Create(At(name)).Dispose();
    }

    /// <inheritdoc/>
    public override void Write(string name, long offset, ReadOnlySpan<byte> bytes) =>
        RandomAccess.Write(Handle(name), bytes, offset);

    /// <inheritdoc/>
    public override void StartWriting(string name)
    {
        const uint write = 2; // SYNC_FILE_RANGE_WRITE: it promises nothing, so that its failure loses nothing
        if (OperatingSystem.IsLinux())
        {
            _ = SyncFileRange(Handle(name), 0, 0, write);
        }
    }

    /// <inheritdoc/>
    public override void SetLength(string name, long length) => RandomAccess.SetLength(Handle(name), length);

    /// <inheritdoc/>
    public override void Sync(string name)
    {
        if (!OperatingSystem.IsLinux())
        {
            RandomAccess.FlushToDisk(Handle(name));
        }
        else if (FileDataSync(Handle(name)) != 0)
        {
            throw new IOException($"`{name}` could not be synced: error {Marshal.GetLastPInvokeError()}");
        }
    }

    /// <inheritdoc/>
    public override void Rename(string from, string to)
    {
        Close(from);
        Close(to);
        File.Move(At(from), At(to), overwrite: true);
    }

    /// <inheritdoc/>
    public override void Delete(string name)
    {
        Close(name);
        File.Delete(At(name));
    }

    /// <inheritdoc/>
    public override void SyncNames()
    {
        if (!OperatingSystem.IsLinux())
        {
            return; // elsewhere a rename is as durable as the system makes it
        }

        var isArm = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;
        var folder = OpenFolder(path, isArm ? 0x4000 : 0x10000); // O_DIRECTORY
        var result = folder < 0 ? -1 : SyncHandle(folder);
        var error = Marshal.GetLastPInvokeError();
        _ = folder < 0 ? 0 : CloseHandle(folder);
        if (result != 0)
        {
            throw new IOException($"the folder could not be synced: error {error}");
        }
    }

    /// <inheritdoc/>
    public override IDisposable? TryLock()
    {
        try
        {
            return new FileStream(At(LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (File.Exists(At(LockName)))
        {
            return null;
        }
    }

    /// <summary>Closes the files.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            foreach (var handle in _open.Values)
            {
                handle.Dispose();
            }

            _open.Clear();
        }
    }

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int FileDataSync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "sync_file_range")]
    private static partial int SyncFileRange(SafeFileHandle file, long offset, long count, uint flags);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFolder(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int SyncHandle(int handle);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int CloseHandle(int handle);

    private string At(string name) => Path.Combine(path, name);

    private static int Read(SafeFileHandle file, long offset, Span<byte> into)
    {
        var read = 0;
        while (read < into.Length && RandomAccess.Read(file, into[read..], offset + read) is > 0 and var more)
        {
            read += more;
        }

        return read;
    }

    private SafeFileHandle Handle(string name)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!_open.TryGetValue(name, out var handle))
            {
                _open[name] = handle = Opened(At(name));
            }

            return handle;
        }
    }

    /// <summary>A file for writing; where the disk is write-protected, as evidence is, for reading alone.</summary>
    private static SafeFileHandle Opened(string file)
    {
        const FileShare share = FileShare.ReadWrite | FileShare.Delete;
        try
        {
            return Plain(file, File.OpenHandle(file, FileMode.Open, FileAccess.ReadWrite, share));
        }
        catch (Exception e) when (e is UnauthorizedAccessException
            || (e is IOException and not (FileNotFoundException or DirectoryNotFoundException or DamageException)))
        {
            return Plain(file, File.OpenHandle(file, FileMode.Open, FileAccess.Read, share));
        }
    }

    /// <summary>A pipe or a socket in a file's place gives no bytes and no end.</summary>
    private static SafeFileHandle Plain(string file, SafeFileHandle handle)
    {
        try
        {
            _ = RandomAccess.GetLength(handle);
            return handle;
        }
        catch (NotSupportedException)
        {
            handle.Dispose();
            throw RecordLog.Damage(Path.GetFileName(file), 0, "not a plain file");
        }
    }

    private void Close(string name)
    {
        lock (_gate)
        {
            if (_open.Remove(name, out var handle))
            {
                handle.Dispose();
            }
        }
    }
}
