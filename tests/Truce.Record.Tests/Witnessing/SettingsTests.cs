namespace Truce.Record.Tests.Witnessing;

public sealed class SettingsTests
{
    private static readonly string Vkey = Some.Log.Verifier.ToString();

    [Fact]
    public void A_settings_file_says_keys_organisation_address_and_logs()
    {
        using var second = Some.Key(Some.Origin, KeyUse.Note, salt: "second");
        var settings = WitnessSettings.Parse(Some.Bytes(
            "# ours\nkey w.key\r\nmirror m.key\n\nlisten [::1]:80\n"
            + $"log {Vkey}\n\tlog\t{second.Verifier}\norganisation relief"))
            .Required();

        Assert.Equal(("w.key", "m.key", "relief"), (settings.KeyFile, settings.MirrorKeyFile, settings.Organisation));
        Assert.Equal("[::1]:80", settings.Listen.ToString());
        Assert.Equal([Some.Log.Verifier, second.Verifier], Assert.Single(settings.Logs).Keys);
        Assert.Equal("127.0.0.1:7380", WitnessSettings.Parse(Some.Bytes($"key a\nlog {Vkey}\n")).Required()
            .Listen.ToString());
    }

    [Fact]
    public void Each_defect_is_named_with_file_and_line()
    {
        (string Text, string Error)[] table =
        [
            ("", "witness.conf:1: no line `key FILE`"),
            ("key a\n\n", "witness.conf:3: no line `log VKEY`"),
            ($"key a\nkey b\nlog {Vkey}", "witness.conf:2: a second `key`"),
            ($"key ../a\nlog {Vkey}", "witness.conf:1: `../a` is not a file's name"),
            ($"key ..\nlog {Vkey}", "witness.conf:1: `..` is not a file's name"),
            ($"key a\nlog {Vkey}x", "witness.conf:2: "),
            ($"key a\nlog {Some.Witness.Verifier}", "witness.conf:2: a log's key has signature type 0x01"),
            ($"key a\nlog {Vkey}\nlog {Vkey}", "witness.conf:3: a log with this key is already there"),
            ($"key a\nlog {Vkey}\nlisten here", "witness.conf:3: `here` is not an address and a port"),
            ($"key a\nlog {Vkey}\nlisten 127.0.0.1", "witness.conf:3: `127.0.0.1` is not an address and a port"),
            ($"key a\nlog {Vkey}\nlisten 127.0.0.1:1\nlisten 127.0.0.1:2", "witness.conf:4: a second `listen`"),
            ($"key a\nlog {Vkey}\nmirror a", "witness.conf:3: the mirror needs a key of its own"),
            ($"key a\nlog {Vkey} http://x", "witness.conf:2: not `key FILE`"),
            ("key a\nfrobnicate\n", "witness.conf:2: not `key FILE`"),
        ];

        Assert.All(table, row => Assert.StartsWith(
            row.Error, WitnessSettings.Parse(Some.Bytes(row.Text)).Error, StringComparison.Ordinal));
    }

    [Fact]
    public void A_private_key_has_the_form_of_signed_notes_in_Go()
    {
        var seed = Digest.Of("seed"u8).ToArray();
        var line = SecretKey.Text("w.example", KeyUse.Cosignature, seed);
        using var key = SecretKey.Parse(Some.Bytes(line + "\n")).Required();

        Assert.Equal(
            $"PRIVATE+KEY+w.example+{key.Verifier.ToString().Split('+')[1]}+"
            + Convert.ToBase64String([4, .. seed]), line);
        Assert.Equal((KeyUse.Cosignature, "w.example"), (key.Verifier.Use, key.Verifier.Name));
        string[] bad =
        [
            "", line[1..], line + "x", line.Replace("w.ex", "v.ex", StringComparison.Ordinal), line + "\nmore",
            key.Verifier.ToString(), line.Replace("+w.example", "+", StringComparison.Ordinal), line[..^4],
        ];
        Assert.All(bad, text => Assert.False(SecretKey.Parse(Some.Bytes(text)).IsValid));
    }
}
