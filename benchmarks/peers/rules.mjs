// Asks CASL and Cedar the questions of a file, and prints their answers and how many they give in a second.
// Each is used as its documentation advises: CASL with one ability for each actor, made beforehand, and ready subjects; Cedar with
// a policy set parsed beforehand and only the entities that a request needs.
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

function casl() {
  const abilities = new Map(set.actors.map((actor) => [actor.id, createMongoAbility(set.policies
    .filter((p) => p.who === actor.id || p.who === actor.group)
    .sort((a, b) => (a.effect === "forbid") - (b.effect === "forbid")) // in CASL the rule that comes last wins
    .map((p) => ({
      action: p.actions, subject: "Act", inverted: p.effect === "forbid",
      conditions: {
        zone: p.zones.length === 1 ? p.zones[0] : { $in: p.zones }, phase: { $gte: p.from, $lte: p.until },
        ...(p.consent ? { consent: true } : {}), ...(p.threat ? { threat: true } : {}),
      },
    })))]));
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

process.stdout.write(JSON.stringify({ casl: casl(), cedar: cedarWasm() }));
