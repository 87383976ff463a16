using Truce.Record;

namespace Truce.Mission.Tests;

/// <summary>Every state and command of an incident.</summary>
internal static class IncidentTable
{
    private const string Hash = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

    private const string Cells = """
        pt = progress:triaged
        pd = progress:duplicate
        fu = fact:under-verification
        fv = fact:verified
        aa = attribution:attributed
        br = breach:referred
        bd = breach:decided
        qs = protest:sent
        qa = protest:answered
        qu = protest:unanswered
        qm = protest:measure
        qc = protest:closed
        qr = protest:reopened

        axis progress  reported  triaged  duplicate  out-of-scope
        report         new       new      new        new
        evidence       .         .        .          .
        amend          .         .        .          .
        harm           .         .        .          .
        access-denied  .         .        .          .
        legal-review   .         .        .          .
        refer          .         .        .          .
        merge          .         .        .          .
        correction     .         .        .          .
        dissent        .         .        .          .
        link           .         .        .          .
        note           .         .        .          .
        triage         pt        pt       pt         pt
        duplicate      pd        pd       D          pd
        set-out        A         fu       B          C
        verify         A         E        B          C
        attribute      A         F        B          C
        decide         A         G        B          C
        refer-breach   A         br       B          C
        protest        qs        qs       H          I
        answer         J         J        J          J
        unanswered     J         J        J          J
        measure        qm        qm       qm         qm
        close          qc        qc       qc         qc
        reopen         K         K        K          K

        A = its progress is reported: it is triaged first, and not in another's place
        B = its progress is duplicate: it is triaged first, and not in another's place
        C = its progress is out-of-scope: it is triaged first, and not in another's place
        D = its progress is duplicate: it is listed with the other already
        E = its fact is open: set out first
        F = its fact is open: only what was verified is attributed
        G = it is reviewed in law first, and not by who is alleged
        H = its progress is duplicate: protest in the incident that stands for it
        I = its progress is out-of-scope: protest in the incident that stands for it
        J = its protest is none: no protest waits for an answer
        K = its protest is none: it is not closed

        axis fact      open  under-verification  verified  partly  refuted  unverifiable
        report         new   new                 new       new     new      new
        evidence       .     .                   .         .       .        .
        amend          .     .                   .         .       .        .
        harm           .     .                   .         .       .        .
        access-denied  .     .                   .         .       .        .
        legal-review   .     .                   .         .       .        .
        refer          .     .                   .         .       .        .
        merge          .     .                   .         .       .        .
        correction     .     .                   .         .       .        .
        dissent        .     .                   .         .       .        .
        link           .     .                   .         .       .        .
        note           .     .                   .         .       .        .
        triage         pt    pt                  pt        pt      pt       pt
        duplicate      pd    pd                  pd        pd      pd       pd
        set-out        fu    L                   M         M       M        fu
        verify         E     fv                  M         M       M        fv
        attribute      F     N                   aa        aa      O        P
        decide         G     G                   G         G       G        G
        refer-breach   br    br                  br        br      br       br
        protest        qs    qs                  qs        qs      qs       qs
        answer         J     J                   J         J       J        J
        unanswered     J     J                   J         J       J        J
        measure        qm    qm                  qm        qm      qm       qm
        close          qc    qc                  qc        qc      qc       qc
        reopen         K     K                   K         K       K        K

        L = its fact is under-verification: somebody has set out already
        M = nothing was added since it was judged: dissent, or add evidence
        N = its fact is under-verification: only what was verified is attributed
        O = its fact is refuted: only what was verified is attributed
        P = its fact is unverifiable: only what was verified is attributed

        axis attribution  open  attributed  multiple  contested  undetermined
        report            new   new         new       new        new
        evidence          .     .           .         .          .
        amend             .     .           .         .          .
        harm              .     .           .         .          .
        access-denied     .     .           .         .          .
        legal-review      .     .           .         .          .
        refer             .     .           .         .          .
        merge             .     .           .         .          .
        correction        .     .           .         .          .
        dissent           .     .           .         .          .
        link              .     .           .         .          .
        note              .     .           .         .          .
        triage            pt    pt          pt        pt         pt
        duplicate         pd    pd          pd        pd         pd
        set-out           M     M           M         M          M
        verify            M     M           M         M          M
        attribute         aa    aa          aa        aa         aa
        decide            G     G           G         G          G
        refer-breach      br    br          br        br         br
        protest           qs    qs          qs        qs         qs
        answer            J     J           J         J          J
        unanswered        J     J           J         J          J
        measure           qm    qm          qm        qm         qm
        close             qc    qc          qc        qc         qc
        reopen            K     K           K         K          K

        axis breach    open  decided  referred  none
        report         new   new      new       new
        evidence       .     .        .         .
        amend          .     .        .         .
        harm           .     .        .         .
        access-denied  .     .        .         .
        legal-review   .     .        .         .
        refer          .     .        .         .
        merge          .     .        .         .
        correction     .     .        .         .
        dissent        .     .        .         .
        link           .     .        .         .
        note           .     .        .         .
        triage         pt    pt       pt        pt
        duplicate      pd    pd       pd        pd
        set-out        M     M        M         M
        verify         M     M        M         M
        attribute      aa    aa       aa        aa
        decide         bd    bd       bd        bd
        refer-breach   br    br       Q         br
        protest        qs    qs       qs        qs
        answer         J     J        J         J
        unanswered     J     J        J         J
        measure        qm    qm       qm        qm
        close          qc    qc       qc        qc
        reopen         K     K        K         K

        Q = its breach is referred: a body has it already

        axis protest   none  sent  answered  unanswered  measure  closed  reopened
        report         new   new   new       new         new      new     new
        evidence       .     .     .         .           .        .       .
        amend          .     .     .         .           .        .       .
        harm           .     .     .         .           .        .       .
        access-denied  .     .     .         .           .        .       .
        legal-review   .     .     .         .           .        .       .
        refer          .     .     .         .           .        .       .
        merge          .     .     .         .           .        .       .
        correction     .     .     .         .           .        .       .
        dissent        .     .     .         .           .        .       .
        link           .     .     .         .           .        .       .
        note           .     .     .         .           .        .       .
        triage         pt    pt    pt        pt          pt       pt      pt
        duplicate      pd    pd    pd        pd          pd       pd      pd
        set-out        fu    fu    fu        fu          fu       fu      fu
        verify         E     E     E         E           E        E       E
        attribute      F     F     F         F           F        F       F
        decide         G     G     G         G           G        G       G
        refer-breach   br    br    br        br          br       br      br
        protest        qs    R     qs        qs          qs       S       qs
        answer         J     qa    T         qa          U        V       W
        unanswered     J     qu    T         X           U        V       W
        measure        qm    Y     qm        qm          qm       Z       qm
        close          qc    c1    qc        qc          qc       c2      qc
        reopen         K     r1    r2        r3          r4       qr      r5

        R = its protest is sent: an answer is awaited, or it is to be reopened first
        S = its protest is closed: an answer is awaited, or it is to be reopened first
        T = its protest is answered: no protest waits for an answer
        U = its protest is measure: no protest waits for an answer
        V = its protest is closed: no protest waits for an answer
        W = its protest is reopened: no protest waits for an answer
        X = its protest is unanswered: no protest waits for an answer
        Y = its protest is sent: record the answer first, or its silence, or reopen it
        Z = its protest is closed: record the answer first, or its silence, or reopen it
        c1 = its protest is sent: an answer is awaited, or it is closed already
        c2 = its protest is closed: an answer is awaited, or it is closed already
        r1 = its protest is sent: it is not closed
        r2 = its protest is answered: it is not closed
        r3 = its protest is unanswered: it is not closed
        r4 = its protest is measure: it is not closed
        r5 = its protest is reopened: it is not closed
        """;

    internal static Table Answers { get; } =
        new Grid(IncidentMachine.Table, Frameworks.Curfew,
                Audience.Of("agencies", "committee", "force", "monitors").Required(), Cells)
            .Try("report", "agencies", """{"kind":"shooting","source-kinds":["patrol"],"alleged":["force"]}""")
            .Try("evidence", "agencies", $$"""{"evidence":"{{Hash}}","form":"photograph"}""")
            .Try("amend", "agencies", """{"explosions":3}""")
            .Try("harm", "agencies", """{"source":"hospital","source-kind":"medical","killed-best":1}""")
            .Try("access-denied", "monitors", """{"by":"force","since":1760097600000,"hours":4}""")
            .Try("legal-review", "monitors", """{"finding":"engages"}""")
            .Try("refer", "agencies", """{"cases":1,"body":"protection"}""")
            .Try("merge", "monitors", """{"merged":"$other"}""")
            .Try("correction", "agencies", $$"""{"corrects":"{{Hash}}"}""")
            .Try("dissent", "force", """{"axis":"fact"}""")
            .Try("link", "agencies", """{"linked":"$other"}""")
            .Try("note", "agencies", $$"""{"text":"{{Hash}}"}""")
            .Try("triage", "monitors", """{"triage":"triaged"}""")
            .Try("duplicate", "monitors", """{"duplicate-of":"$other"}""")
            .Try("set-out", "monitors")
            .Try("verify", "monitors", """{"finding":"verified","standard":"reasonable-grounds"}""")
            .Try("verify:not", "monitors",
                """{"finding":"unverifiable","standard":"reasonable-grounds","why":"access-denied"}""")
            .Try("attribute", "monitors",
                """{"attribution":"attributed","standard":"reasonable-grounds","parties":["force"]}""")
            .Try("attribute:two", "monitors",
                """{"attribution":"multiple","standard":"reasonable-grounds","parties":["force","militia"]}""")
            .Try("attribute:none", "monitors", """{"attribution":"undetermined","standard":"reasonable-grounds"}""")
            .Try("decide", "committee", """{"breach":"decided","is-breach":true}""")
            .Try("decide:none", "committee", """{"breach":"none"}""")
            .Try("refer-breach", "monitors", """{"body":"committee"}""")
            .Try("protest", "agencies", """{"addressee":"force"}""")
            .Try("answer", "force", """{"answer":"explain"}""")
            .Try("unanswered", "operator")
            .Try("measure", "force", """{"measure":"apology"}""")
            .Try("close", "committee", """{"outcome":"settled"}""")
            .Try("reopen", "agencies", """{"reason":"new-evidence"}""")
            .Way("progress", "triaged", "triage")
            .Way("progress", "duplicate", "duplicate")
            .Way("progress", "out-of-scope", "triage out-of-scope")
            .Way("fact", "open", "triage")
            .Way("fact", "under-verification", "triage, set-out")
            .Way("fact", "verified", "triage, set-out, verify")
            .Way("fact", "partly", "triage, set-out, verify partly")
            .Way("fact", "refuted", "triage, set-out, verify refuted")
            .Way("fact", "unverifiable", "triage, set-out, verify:not")
            .Way("attribution", "open", "triage, set-out, verify")
            .Way("attribution", "attributed", "triage, set-out, verify, attribute")
            .Way("attribution", "multiple", "triage, set-out, verify, attribute:two")
            .Way("attribution", "contested", "triage, set-out, verify, attribute contested")
            .Way("attribution", "undetermined", "triage, set-out, verify, attribute:none")
            .Way("breach", "open", "triage, set-out, verify, legal-review")
            .Way("breach", "decided", "triage, set-out, verify, legal-review, decide")
            .Way("breach", "referred", "triage, set-out, verify, legal-review, refer-breach")
            .Way("breach", "none", "triage, set-out, verify, legal-review, decide:none")
            .Way("protest", "none", "triage")
            .Way("protest", "sent", "triage, protest")
            .Way("protest", "answered", "triage, protest, answer")
            .Way("protest", "unanswered", "triage, protest, unanswered")
            .Way("protest", "measure", "triage, measure")
            .Way("protest", "closed", "triage, close")
            .Way("protest", "reopened", "triage, close, reopen");
}
