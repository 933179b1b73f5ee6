// Changes when the kubelet asks the registry.

import { ToolError } from "../../model/errors.js";
import { defineFix } from "../define.js";
import { remakeRights, templateRights } from "../rights.js";
import { changeTemplates, mapContainers } from "../template.js";

const policies = ["Always", "IfNotPresent", "Never"];

export default defineFix({
  id: "set-pull-policy",
  title: "change when the kubelet asks the registry",
  effect: "restarts-pods",
  needs: { policy: "IfNotPresent, Always or Never" },
  takes: { container: "the one container of the workload to change" },
  rights: [...templateRights, ...remakeRights],
  async plan({ values, finding, stopped }, world) {
    const policy = values.policy ?? "";
    if (!policies.includes(policy)) {
      throw new ToolError("policy-unknown", {
        what: `${policy} is no pull policy`,
        why: `there are ${policies.join(", ")}`,
        do: "pass --with policy=IfNotPresent",
      });
    }
    const images = new Set([finding.image, ...finding.images]);
    const { changes, notes } = await changeTemplates({ values, finding, stopped }, world, (spec) =>
      mapContainers(spec, (container) =>
        images.has(String(container.image)) && (values.container ?? container.name) === container.name
          ? { ...container, imagePullPolicy: policy }
          : container,
      ),
    );
    return { changes, notes, images: policy === "Never" ? [] : [{ image: finding.image }] };
  },
});
