using Truce.Record;

namespace Truce.Mission.Tests;

/// <summary>Every state and command of movements, sites, plans, hazards, counts and crossings.</summary>
internal static class NoticeTables
{
    private const string Hash = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

    private static Audience Parties { get; } = Audience.Of("agencies", "force", "idf").Required();

    internal static Table Movement { get; } = new Grid(MovementMachine.Table, Frameworks.Curfew, Parties, """
        da = decision:approved
        na = decision:no-answer
        ex = decision:expired
        mp = movement:postponed
        mu = movement:underway
        mh = movement:holding
        mc = movement:completed
        mt = movement:partly
        ma = movement:aborted
        mw = movement:withdrawn

        axis decision  none  noted  approved  conditional  denied  no-answer  expired
        notify         new   new    new       new          new     new        new
        transmit       .     .      .         .            .       .          .
        receive        .     .      .         .            .       .          .
        acknowledge    .     .      .         .            .       .          .
        decide         da    da     da        da           da      da         da
        no-answer      na    A      B         C            D       E          F
        expire         G     ex     ex        ex           H       I          J
        postpone       mp    mp     mp        mp           mp      mp         mp
        depart         mu    mu     mu        mu           mu      mu         mu
        hold           mh    mh     mh        mh           mh      mh         mh
        resume         ~     ~      ~         ~            ~       ~          ~
        impede         .     .      .         .            .       .          .
        complete       ~     ~      ~         ~            ~       ~          ~
        part           ~     ~      ~         ~            ~       ~          ~
        abort          ~     ~      ~         ~            ~       ~          ~
        withdraw       mw    mw     mw        mw           mw      mw         mw

        A = its decision is noted: a decision came, or its silence is recorded
        B = its decision is approved: a decision came, or its silence is recorded
        C = its decision is conditional: a decision came, or its silence is recorded
        D = its decision is denied: a decision came, or its silence is recorded
        E = its decision is no-answer: a decision came, or its silence is recorded
        F = its decision is expired: a decision came, or its silence is recorded
        G = its decision is none: there is no approval to expire
        H = its decision is denied: there is no approval to expire
        I = its decision is no-answer: there is no approval to expire
        J = its decision is expired: there is no approval to expire

        axis movement  scheduled  postponed  underway  holding  completed  partly  aborted  withdrawn
        notify         new        new        new       new      new        new     new      new
        transmit       .          .          .         .        .          .       .        .
        receive        .          .          .         .        .          .       .        .
        acknowledge    .          .          .         .        .          .       .        .
        decide         da         da         da        da       K          L       M        N
        no-answer      na         na         na        na       K          L       M        N
        expire         G          G          G         G        G          G       G        G
        postpone       mp         .          ~         ~        ~          ~       ~        ~
        depart         mu         mu         ~         ~        ~          ~       ~        ~
        hold           mh         mh         mh        .        ~          ~       ~        ~
        resume         ~          ~          ~         mu       ~          ~       ~        ~
        impede         .          .          .         .        .          .       .        .
        complete       ~          ~          mc        mc       ~          ~       ~        ~
        part           ~          ~          mt        mt       ~          ~       ~        ~
        abort          ~          ~          ma        ma       ~          ~       ~        ~
        withdraw       mw         mw         ~         ~        ~          ~       ~        ~

        K = its movement is completed: it is over
        L = its movement is partly: it is over
        M = its movement is aborted: it is over
        N = its movement is withdrawn: it is over
        """)
        .Try("notify", "agencies", """
            {"mode":"needs-clearance","kind":"convoy","purpose":"food","departure":1760300000000,
             "recipients":["force","idf"],"place":["north"]}
            """)
        .Try("transmit", "agencies", """{"recipient":"idf","channel":"hotline"}""")
        .Try("receive", "idf", """{"recipient":"idf","unit":"cell"}""")
        .Try("acknowledge", "idf", """{"recipient":"idf","unit":"cell","function":"duty officer"}""")
        .Try("decide", "idf", """{"decision":"approved"}""")
        .Try("decide:not", "idf", """{"decision":"denied","reason":"not-given","authority":"brigade"}""")
        .Try("no-answer", "agencies")
        .Try("expire", "agencies")
        .Try("postpone", "agencies", """{"reason":"own"}""")
        .Try("depart", "agencies", """{"vehicles":4}""")
        .Try("hold", "agencies", """{"by":"idf","at-point":"gate","reason":"not-given"}""")
        .Try("resume", "agencies")
        .Try("impede", "agencies", """{"by":"idf","how":"cargo-reduced"}""")
        .Try("complete", "agencies", """{"vehicles":4}""")
        .Try("part", "agencies", """{"vehicles":3}""")
        .Try("abort", "agencies", """{"reason":"held"}""")
        .Try("withdraw", "agencies", """{"reason":"logistics"}""")
        .Way("decision", "noted", "decide noted")
        .Way("decision", "approved", "decide")
        .Way("decision", "conditional", "decide conditional")
        .Way("decision", "denied", "decide:not")
        .Way("decision", "no-answer", "no-answer")
        .Way("decision", "expired", "decide, expire")
        .Way("movement", "postponed", "postpone")
        .Way("movement", "underway", "depart")
        .Way("movement", "holding", "depart, hold")
        .Way("movement", "completed", "depart, complete")
        .Way("movement", "partly", "depart, part")
        .Way("movement", "aborted", "depart, abort")
        .Way("movement", "withdrawn", "withdraw");

    internal static Table Site { get; } = new Grid(SiteMachine.Table, Frameworks.Curfew, Parties, """
        axis notice  notified          withdrawn
        notify       new               new
        transmit     .                 .
        receive      .                 .
        acknowledge  .                 .
        revalidate   .                 ~
        withdraw     notice:withdrawn  ~
        """)
        .Try("notify", "agencies", """{"kind":"hospital","recipients":["idf"],"cells":["0:0"],"persons":80}""")
        .Try("transmit", "agencies", """{"recipient":"idf"}""")
        .Try("receive", "idf", """{"recipient":"idf","unit":"cell"}""")
        .Try("acknowledge", "idf", """{"recipient":"idf","unit":"cell","function":"duty officer"}""")
        .Try("revalidate", "agencies", """{"persons":60}""")
        .Try("withdraw", "agencies", """{"reason":"moved"}""")
        .Way("notice", "withdrawn", "withdraw");

    internal static Table Plan { get; } = new Grid(PlanMachine.Table, Frameworks.Curfew, Parties, """
        ab = state:underway
        ae = state:done
        ac = state:cancelled

        axis awareness  aware            conflicting
        state           new              new
        awareness       awareness:aware  awareness:aware
        begin           ab               ab
        end             ae               ae
        cancel          ac               ac

        axis state  planned          underway         done             cancelled
        state       new              new              new              new
        awareness   awareness:aware  awareness:aware  awareness:aware  awareness:aware
        begin       ab               ~                ~                ~
        end         ae               ae               ~                ~
        cancel      ac               ac               ~                ~
        """)
        .Try("state", "force", """
            {"kind":"patrol","cells":["0:0"],"at":{"from":1760100000000,"to":1760110000000}}
            """)
        .Try("awareness", "force", """{"aware-of":["$other"]}""")
        .Try("begin", "force")
        .Try("end", "force")
        .Try("cancel", "force")
        .Way("awareness", "aware", "awareness")
        .Way("state", "underway", "begin")
        .Way("state", "done", "begin, end")
        .Way("state", "cancelled", "cancel");

    internal static Table Hazard { get; } = new Grid(HazardMachine.Table, Frameworks.Curfew, audience: null, """
        hc = state:confirmed
        hl = state:cleared
        hd = state:discredited

        axis state  stated  confirmed  cleared  discredited
        state       new     new        new      new
        confirm     hc      .          hc       hc
        clear       hl      hl         .        ~
        discredit   hd      hd         ~        .
        """)
        .Try("state", "agencies", """
            {"kind":"unexploded-ordnance","confidence":"suspected","source":"villagers","cells":["1:-1"]}
            """)
        .Try("confirm", "force", """{"source":"survey 4","by":"disposal team"}""")
        .Try("clear", "force", """{"source":"disposal team"}""")
        .Try("discredit", "force", """{"source":"survey 5"}""")
        .Way("state", "confirmed", "confirm")
        .Way("state", "cleared", "clear")
        .Way("state", "discredited", "discredit");

    internal static Table Count { get; } = new Grid(CountMachine.Table, Frameworks.Curfew, audience: null, """
        axis state  open          closed
        open        new           new
        figure      .             .
        close       state:closed  ~
        """)
        .Try("open", "agencies", """{"indicator":"fuel in store","unit":"litres","of":"fuel"}""")
        .Try("figure", "idf", """{"value":7000,"low":6000,"high":8000,"source":"crossing log","as-of":1760090000000}""")
        .Try("close", "agencies")
        .Way("state", "closed", "close");

    internal static Table Crossing { get; } = new Grid(CrossingMachine.Table, Frameworks.Curfew, audience: null, """
        axis status  unknown        open           partly         closed
        list         new            new            new            new
        state        status:partly  status:partly  .              status:partly
        """)
        .Try("list", "agencies", """{"crossing":"crossing-4"}""")
        .Try("state", "agencies", """{"status":"partly","source":"staff","reason":"staff"}""")
        .Way("status", "open", "state open")
        .Way("status", "partly", "state")
        .Way("status", "closed", "state closed");
}
