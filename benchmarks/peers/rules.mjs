// node rules.mjs FILE casl|caslByActor|cedarWasm: asks a peer the questions of a file, and prints its answers and how many it
// gives in a second.
// Nothing is measured that can be done beforehand: abilities and subjects are made, Cedar's policies parsed, and a request to
// Cedar brings only the entities that it needs.
import { readFileSync } from "node:fs";
import { createMongoAbility, subject } from "@casl/ability";
import * as cedar from "@cedar-policy/cedar-wasm/nodejs";

const set = JSON.parse(readFileSync(process.argv[2], "utf8"));
const median = (xs) => xs.sort((a, b) => a - b)[xs.length >> 1];

/** The median rate over batches, after a first pass that is not counted and gives the answers. */
function measure(ask, batches, size) {
  const n = set.requests.length;
  let answers = "";
  for (let i = 0; i < n; i++) answers += ask(i) ? "1" : "0";
  const rates = [];
  for (let b = 0; b < batches; b++) {
    const from = (b * size) % n;
    const begun = performance.now();
    for (let i = from; i < from + size; i++) ask(i);
    rates.push((size * 1000) / (performance.now() - begun));
  }
  return { rate: median(rates), answers };
}

/** In CASL the rule that comes last wins: what forbids comes last. */
const rulesOf = (policies, conditionsOf) => policies.sort((a, b) => (a.effect === "forbid") - (b.effect === "forbid")).map((p) => ({
  action: p.actions, subject: "Act", inverted: p.effect === "forbid",
  conditions: {
    ...conditionsOf(p), zone: p.zones.length === 1 ? p.zones[0] : { $in: p.zones }, phase: { $gte: p.from, $lte: p.until },
    ...(p.consent ? { consent: true } : {}), ...(p.threat ? { threat: true } : {}),
  },
}));

/** One ability that holds the whole set, as the other two do; who acts is a condition like the others. */
function casl() {
  const reach = (p) => set.actors.filter((a) => p.who === a.id || p.who === a.group).map((a) => a.id);
  const ability = createMongoAbility(rulesOf([...set.policies], (p) => {
    const who = reach(p);
    return { actor: who.length === 1 ? who[0] : { $in: who } };
  }));
  const asked = set.requests.map((r) => ({
    action: r.action, act: subject("Act", { actor: r.actor, zone: r.zone, phase: r.phase, consent: r.consent, threat: r.threat }),
  }));
  return measure((i) => ability.can(asked[i].action, asked[i].act), 21, asked.length);
}

/** As its guide advises where who acts is known: an ability for each actor, made beforehand from the actor's own policies. */
function caslByActor() {
  const abilities = new Map(set.actors.map((actor) => [actor.id,
    createMongoAbility(rulesOf(set.policies.filter((p) => p.who === actor.id || p.who === actor.group), () => ({})))]));
  const asked = set.requests.map((r) => ({
    ability: abilities.get(r.actor), action: r.action,
    act: subject("Act", { zone: r.zone, phase: r.phase, consent: r.consent, threat: r.threat }),
  }));
  return measure((i) => asked[i].ability.can(asked[i].action, asked[i].act), 21, asked.length);
}

function cedarWasm() {
  const uid = (type, id) => ({ type, id });
  const parsed = cedar.preparsePolicySet("set", { staticPolicies: set.cedar });
  if (parsed.type !== "success") throw new Error(JSON.stringify(parsed));
  const group = new Map(set.actors.map((a) => [a.id, a.group]));
  const area = new Map(set.zones.map((z) => [z.id, z.area]));
  const asked = set.requests.map((r) => ({
    principal: uid("Actor", r.actor), action: uid("Action", r.action), resource: uid("Zone", r.zone),
    context: { phase: r.phase, consent: r.consent, threat: r.threat }, preparsedPolicySetId: "set",
    entities: [
      { uid: uid("Actor", r.actor), attrs: {}, parents: [uid("Group", group.get(r.actor))] },
      { uid: uid("Zone", r.zone), attrs: {}, parents: [uid("Area", area.get(r.zone))] },
    ],
  }));
  return measure((i) => {
    const answer = cedar.statefulIsAuthorized(asked[i]);
    if (answer.type !== "success" || answer.response.diagnostics.errors.length) throw new Error(JSON.stringify(answer));
    return answer.response.decision === "allow";
  }, 9, 500);
}

// One peer a process, so that what one leaves behind (compiled code, garbage) does not slow the next.
process.stdout.write(JSON.stringify({ casl, caslByActor, cedarWasm }[process.argv[3]]()));
