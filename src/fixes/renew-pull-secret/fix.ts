// Writes a fresh login into a pull secret that is there: in place, so that no pod template changes.

import type { Json } from "../../cluster/objects-fields.js";
import { refOf } from "../../cluster/resources.js";
import { writerOfSecret } from "../attach.js";
import { registryOf } from "../create-pull-secret/fix.js";
import { type Change, defineFix } from "../define.js";
import { registriesIn, withLogin, withRegistries } from "../docker-data.js";
import { editsBetween } from "../edits.js";
import { secretRights } from "../rights.js";
import { notPossible } from "../template.js";

export default defineFix({
  id: "renew-pull-secret",
  title: "write a fresh login into a pull secret",
  effect: "writes-secret",
  needs: { secret: "the Secret to renew" },
  takes: { server: "the registry of the login; that of the image when left out" },
  rights: secretRights,
  async plan(asked, world) {
    const { finding, values, stopped } = asked;
    const registry = registryOf(finding.image, values.server);
    const { login, from } = await world.credential({ registry });
    const changes: Change[] = [];
    const notes = [`the login comes from ${from}`];
    for (const namespace of new Set(stopped.map((one) => one.namespace))) {
      const ref = refOf("Secret", namespace, values.secret ?? "");
      const found = ref === undefined ? undefined : await world.read(ref);
      if (ref === undefined || found === undefined)
        throw notPossible(
          `there is no Secret ${namespace}/${values.secret}`,
          "it was to be renewed",
          "diagnose again",
        );
      const before: Json = { apiVersion: "v1", kind: "Secret", ...found };
      const registries = registriesIn(before);
      if (registries === undefined) {
        throw notPossible(
          `Secret ${namespace}/${ref.name} holds no logins that can be read`,
          "a fresh one can be put only beside others",
          "fix --by repair-pull-secret makes its content anew",
        );
      }
      const after = withRegistries(before, withLogin(registries, finding.image, registry, login));
      if (editsBetween(before, after).length === 0) {
        throw notPossible(
          `Secret ${namespace}/${ref.name} holds this very login already`,
          `what ${from} gives is what the registry refuses`,
          "sign in anew, or pass --username NAME --password-stdin",
        );
      }
      const writer = writerOfSecret(found);
      if (writer !== undefined)
        notes.push(`Secret ${ref.name} is written by ${writer}, which may write it over`);
      changes.push({ is: "edit", ref, before, after });
    }
    notes.push("pods that wait take it at their next try, which may be 5 minutes away");
    const secrets = changes.flatMap((change) => (change.is === "edit" ? [change.after] : []));
    return { changes, notes, images: [{ image: finding.image, secrets }] };
  },
});
