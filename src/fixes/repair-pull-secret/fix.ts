// Puts a pull secret into the form that kubelets read: with the login that is in it where that can be, else with a new one.

import { type Json, record } from "../../cluster/objects-fields.js";
import { refOf } from "../../cluster/resources.js";
import { registryOf } from "../create-pull-secret/fix.js";
import { type Change, defineFix } from "../define.js";
import { dockerType, newPullSecret, registriesIn, withLogin, withRegistries } from "../docker-data.js";
import { secretRights } from "../rights.js";
import { notPossible } from "../template.js";
import { mendData } from "./mend-data.js";

export default defineFix({
  id: "repair-pull-secret",
  title: "put a pull secret into the right form",
  effect: "writes-secret",
  needs: { secret: "the Secret to repair" },
  takes: { server: "the registry of the login; that of the image when left out" },
  rights: secretRights,
  async plan(asked, world) {
    const { finding, values, stopped } = asked;
    const registry = registryOf(finding.image, values.server);
    const changes: Change[] = [];
    const notes: string[] = [];
    for (const namespace of new Set(stopped.map((one) => one.namespace))) {
      const ref = refOf("Secret", namespace, values.secret ?? "");
      const found = ref === undefined ? undefined : await world.read(ref);
      if (ref === undefined || found === undefined)
        throw notPossible(
          `there is no Secret ${namespace}/${values.secret}`,
          "it was to be repaired",
          "diagnose again",
        );
      const before: Json = { apiVersion: "v1", kind: "Secret", ...found };
      const mended = mendData(before, finding.image, registry);
      let after = mended?.secret;
      if (after === undefined) {
        const { login, from } = await world.credential({ registry });
        notes.push(`the login comes from ${from}`);
        const registries = registriesIn(before);
        const isKept = before.type === dockerType && registries !== undefined;
        after = isKept
          ? withRegistries(before, withLogin(registries, finding.image, registry, login))
          : { ...newPullSecret({ namespace, name: ref.name }, registry, login), metadata: found.metadata };
      }
      notes.push(...(mended?.says ?? []));
      changes.push(
        before.type === after.type
          ? { is: "edit", ref, before, after }
          : {
              is: "remake",
              ref,
              before,
              was: asNew(before),
              after: asNew(after),
              why: "the type of a Secret is immutable",
            },
      );
    }
    notes.push("pods that wait take it at their next try, which may be 5 minutes away");
    const secrets = changes.flatMap((change) =>
      change.is === "edit" || change.is === "remake" ? [change.after] : [],
    );
    return { changes, notes, images: [{ image: finding.image, secrets }] };
  },
});

/** As it would be created. */
function asNew(secret: Json): Json {
  const { namespace, name, labels, annotations } = record(secret.metadata);
  return {
    ...secret,
    metadata: {
      namespace,
      name,
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
    },
  };
}
