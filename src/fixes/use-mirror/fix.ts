// The same image through a mirror or cache of its registry.

import { tryParseReference } from "../../model/reference.js";
import { defineFix } from "../define.js";
import { changeImage } from "../images.js";
import { remakeRights, templateRights } from "../rights.js";
import { notPossible } from "../template.js";

export default defineFix({
  id: "use-mirror",
  title: "pull through a mirror",
  effect: "restarts-pods",
  needs: { mirror: "the mirror, HOST or HOST/PATH, such as mirror.gcr.io" },
  takes: { container: "the one container of the workload to change" },
  rights: [...templateRights, ...remakeRights],
  plan(asked, world) {
    const parsed = tryParseReference(asked.finding.image);
    if (!parsed.ok)
      throw notPossible(`${asked.finding.image} is no image name`, parsed.why, "correct it first");
    const { repository, tag, digest } = parsed.reference;
    const mirror = (asked.values.mirror ?? "").replace(/^https?:\/\//, "").replace(/\/+$/, "");
    const image = `${mirror}/${repository}${tag === undefined ? "" : `:${tag}`}${digest === undefined ? "" : `@${digest}`}`;
    return changeImage(asked, world, { image, only: asked.values.container });
  },
});
