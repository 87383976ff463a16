using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Truce.Space.Tests;

/// <summary>
/// Two worlds that differ in where protected movements exactly are, and in nothing that is told. An armed actor asks
/// ten thousand questions of every kind, each chosen by all answers before it: his transcripts of the two worlds, with
/// the sizes of the answers and the steps of work behind them, are equal to the last byte.
/// </summary>
public sealed class AdversaryTests
{
    private const int Questions = 10_000;

    /// <summary>Every so many questions the owners amend their movements, within the same cells and windows.</summary>
    private const int AmendedEvery = 1_000;

    private static readonly CoarseGrid Grid = new(CoarseGrid.CellMillimetresMin);

    [Fact]
    public void Ten_thousand_adaptive_questions_tell_an_armed_actor_the_cell_and_the_window_and_nothing_else()
    {
        var (one, other) = Pairs(seed: 500);
        var (first, second) = (Transcript(one, "army", Questions), Transcript(other, "army", Questions));
        Assert.Equal(first, second);

        // He was told something all the same: the questions come near.
        var told = first.Count(a => a.Contains("access cell", StringComparison.Ordinal));
        Assert.InRange(told, Questions / 20, Questions);
    }

    [Fact]
    public void Somebody_who_may_know_sees_the_two_worlds_apart()
    {
        var (one, other) = Pairs(seed: 500);
        Assert.NotEqual(Transcript(one, "force", 500), Transcript(other, "force", 500));
    }

    /// <summary>Movements with the same cells and windows, each in two or more ways.</summary>
    private static (Activity[][] One, Activity[][] Other) Pairs(int seed)
    {
        var random = new Random(seed);
        var known = new Dictionary<string, List<Activity>>(StringComparer.Ordinal);
        for (var i = 0; i < 6_000; i++)
        {
            var who = new Particulars(
                "relief", ActivityKind.Humanitarian, IsEmergency: false, random.Next(1, 5) * 50_000);
            var from = 22_000 + random.Next(40_000);
            int Near() => random.Next(-8_000_000, 8_000_000);
            var (x, y) = (Near(), Near());
            var made = i % 3 == 0
                ? Activity.Point(who, new Place(x, y), new Window(from, from + random.Next(3_600, 20_000)))
                : Activity.Route(
                    who,
                    [
                        .. Enumerable.Range(0, 2 + random.Next(4)).Select(k => new Waypoint(
                            new Place(x + (k * random.Next(2_000_000)), y + random.Next(2_000_000)),
                            from + (k * 1_500))),
                    ],
                    slackSeconds: random.Next(3) * 600);
            var activity = Worlds.Taken(made);
            var key = string.Join(' ', Grid.CellsOf(activity)!.Value);
            (known.TryGetValue(key, out var list) ? list : known[key] = []).Add(activity);
        }

        var twins = known.Values.Where(l => l.Count >= 4).OrderByDescending(l => Grid.CellsOf(l[0])!.Value.Length)
            .Take(12).ToArray();
        Assert.Equal(12, twins.Length);
        Assert.Contains(twins, t => t[0].Shape == Shape.Route && Grid.CellsOf(t[0])!.Value.Length > 2);
        Assert.All(twins, t => Assert.NotEqual(0, Activity.CompareDrawings(t[0], t[2])));
        return ([.. twins.Select(t => t[..2].ToArray())], [.. twins.Select(t => t[2..4].ToArray())]);
    }

    private static List<string> Transcript(Activity[][] movements, string asker, int questions)
    {
        var mission = new Disclosure(NoticeTerms.Default, Grid);
        void Amend(int way)
        {
            foreach (var (movement, i) in movements.Select((m, i) => (m, i)))
            {
                mission.Record("relief", new Stated(
                    new Proposal(new ActivityId(i), movement[way]), ["force"], $"access cell {i % 3}"), Known);
            }
        }

        Amend(0);
        var adversary = new Adversary(mission, asker);
        var transcript = new List<string>();
        for (var i = 0; i < questions; i++)
        {
            if (i % AmendedEvery == AmendedEvery - 1)
            {
                Amend(i / AmendedEvery % 2);
            }

            var before = mission.Steps;
            var answer = adversary.Ask();
            transcript.Add($"{answer.Length} {mission.Steps - before} {answer}");
            adversary.Learn(transcript[^1]);
        }

        return transcript;
    }

    private static readonly HashSet<ActivityVersion> Known = [];

    /// <summary>Chooses by a hash of all that he was told; a hit makes the next questions smaller and nearer.</summary>
    private sealed class Adversary(Disclosure mission, string me)
    {
        private readonly List<Interest> _interests = [];
        private byte[] _told = [];
        private Random _random = new(0);
        private (int X, int Y, int From) _focus = (0, 0, 40_000);
        private int _reach = 8_000_000;
        private bool _hit;

        public void Learn(string answer)
        {
            _told = SHA256.HashData([.. _told, .. Encoding.UTF8.GetBytes(answer)]);
            _random = new Random(BitConverter.ToInt32(_told));
            _hit = answer.Contains("access cell", StringComparison.Ordinal);
            _reach = _hit ? Math.Max(1_000, _reach / 2) : Math.Min(8_000_000, _reach * 2);
        }

        public string Ask()
        {
            var (x, y) = (_focus.X + _random.Next(-_reach, _reach), _focus.Y + _random.Next(-_reach, _reach));
            var from = Math.Clamp(_focus.From + (_random.Next(-_reach, _reach) / 400), 0, 80_000);
            int Anywhere() => _random.Next(-9_000_000, 9_000_000);
            _focus = _hit ? (x, y, from) : (Anywhere(), Anywhere(), 40_000);
            var name = new ActivityId(_random.Next(4) == 0 ? _random.Next(12) : 100 + _random.Next(40));
            var plan = new Proposal(name, Drawn(x, y, from));
            var stated = new Stated(plan, _random.Next(3) == 0 ? [] : null, "army desk");
            return _random.Next(9) switch
            {
                0 => Words(mission.Assess(me, plan, new SnapshotId(_random.Next((int)mission.Head.Seq + 1)))),
                1 or 2 => Words(mission.Assess(me, plan, mission.Head)),
                3 => Words(mission.Alternatives(
                    me, plan, new Window(from, from + 30_000), 60 + _random.Next(3_000), mission.Head)),
                4 => Words((object)mission.Commit(me, stated, Known)),
                5 => Words((object)mission.Record(me, stated, Known)),
                6 => Words(mission.Cancel(me, name)),
                7 => Words(Followed(x, y, from)),
                _ => Words(_interests.Select(i => i.Notices(0)).ToArray()),
            };
        }

        private static string Words(object answer) => answer.GetType().Name + JsonSerializer.Serialize(answer);

        private ImmutableArray<Notice> Followed(int x, int y, int from)
        {
            var area = mission.Follow(me, Area(x, y, from));
            _interests.Add(area);
            if (_interests.Count > 5)
            {
                _interests.RemoveAt(0);
            }

            return area.Notices(0);
        }

        private Activity Drawn(int x, int y, int from)
        {
            var who = new Particulars(
                me,
                (ActivityKind)_random.Next(4),
                IsEmergency: _random.Next(10) == 0,
                BufferMillimetres: _random.Next(3) * 500);
            return _random.Next(3) switch
            {
                0 => Worlds.Taken(Activity.Point(who, new Place(x, y), new Window(from, from + 1 + _random.Next(600)))),
                1 => Area(x, y, from),
                _ => Worlds.Taken(Activity.Route(
                    who,
                    [
                        new Waypoint(new Place(x, y), from + 4_000),
                        new Waypoint(new Place(x + _random.Next(_reach), y + 1), from + 4_000 + _random.Next(1, 3_000)),
                    ],
                    slackSeconds: _random.Next(4_000))),
            };
        }

        private Activity Area(int x, int y, int from) => Worlds.Taken(Activity.Area(
            new Particulars(me, ActivityKind.Operation, IsEmergency: false, BufferMillimetres: 0),
            [new(x, y), new(x + _random.Next(1, _reach), y), new(x, y + _random.Next(1, _reach))],
            new Window(from, from + 1 + _random.Next(3_000))));
    }
}
