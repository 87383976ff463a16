using Truce.Record;

namespace Truce.Http;

/// <summary>A tree of folders in which files are put durably: the file, its name, and each new folder's.</summary>
internal static class Shelf
{
    /// <summary>Puts files below a folder; whoever reads meanwhile sees the old file or the new one.</summary>
    public static Action<string, byte[]> Below(string root) => (path, bytes) =>
    {
        var file = Path.GetFullPath(Path.Combine(root, path));
        Make(Path.GetDirectoryName(file)!);
        var (name, draft) = (Path.GetFileName(file), Path.GetFileName(file) + ".new");
        using var folder = new Folder(Path.GetDirectoryName(file)!);
        folder.Create(draft);
        folder.Write(draft, 0, bytes);
        folder.Sync(draft);
        folder.Rename(draft, name);
        folder.SyncNames();
    };

    /// <summary>Makes a folder and those above it, durably.</summary>
    public static void Make(string folder)
    {
        if (Directory.Exists(folder))
        {
            return;
        }

        var above = Path.GetDirectoryName(Path.GetFullPath(folder))!;
        Make(above);
        Directory.CreateDirectory(folder);
        using var names = new Folder(above);
        names.SyncNames();
    }
}
