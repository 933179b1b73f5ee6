// Keeps pods on nodes of an architecture for which the image exists.

import { textMap } from "../../cluster/objects-fields.js";
import { defineFix } from "../define.js";
import { remakeRights, templateRights } from "../rights.js";
import { changeTemplates, notPossible, subject } from "../template.js";

const label = "kubernetes.io/arch";

export default defineFix({
  id: "set-platform",
  title: "run where the image fits",
  effect: "restarts-pods",
  needs: { architecture: "the architecture to run on, such as arm64" },
  rights: [...templateRights, ...remakeRights],
  async plan(asked, world) {
    const architecture = asked.values.architecture ?? "";
    const { changes, notes } = await changeTemplates(asked, world, (spec, stopped) => {
      const now = textMap(spec.nodeSelector);
      const other = now[label];
      if (other !== undefined && other !== architecture) {
        throw notPossible(
          `${subject(stopped)} is kept on ${other} nodes`,
          "its template says so, and the image has nothing for them",
          "use an image for both, or --tag with one that has it",
        );
      }
      return { ...spec, nodeSelector: { ...now, [label]: architecture } };
    });
    return { changes, notes: [...notes, `the pods then need a free ${architecture} node`], images: [] };
  },
});
