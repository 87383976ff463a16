using System.Text;
using Truce.Mission;
using Truce.Missions;
using Truce.Record;

namespace Truce.Tests;

/// <summary>What <c>truce mission act TYPE</c> shows can be sent.</summary>
public sealed class ActFormsTests
{
    public static TheoryData<string> Types =>
        [.. Mission.Machines.All.SelectMany(m => m.Rows.Select(r => $"{m.Name}.{r.Command}"))];

    [Theory]
    [MemberData(nameof(Types))]
    public void The_example_of_each_type_has_its_form(string type)
    {
        var machine = Mission.Machines.All.First(m => m.Name == type[..type.IndexOf('.', StringComparison.Ordinal)]);
        var row = machine.Row(type[(machine.Name.Length + 1)..])!;
        var example = (JsonValue.Members)CanonicalJson.Parse(
            Encoding.UTF8.GetBytes(ActForms.Example(machine, row))).Required();
        var resolved = ActDraft.Resolve(
            row, example, [AttachedFile.Of("attached.txt", "text"u8)], new Mission.Mission(new Sources()).Begin(),
            _ => Digest.Of([]));
        using var device = DeviceSigner.From(DeviceKeyKind.Ed25519, new byte[32]).Required();
        Assert.Null(Mission.Mission.FormFault(new Statement
        {
            Origin = "test",
            Genesis = Digest.Of([]),
            Id = "00000000-0000-7000-8000-000000000000",
            Key = device.Key,
            Seen = 0,
            Type = type,
            OccurredAt = 0,
            Expects = row.Kind == RowKind.Decides
                ? [new Expectation(((JsonValue.Text)example["subject"]!).Value, null)] : null,
            Act = resolved.Required(),
            // What may be public on a condition alone is shown sealed.
            Audience = row.Level == Level.Confidential || row.Form is not null ? Audience.Of("un").Required() : null,
        }));
    }
}
