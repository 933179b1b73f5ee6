// Another tag, digest or name for a container.

import { ToolError } from "../../model/errors.js";
import { tryParseReference } from "../../model/reference.js";
import { defineFix } from "../define.js";
import { changeImage } from "../images.js";
import { remakeRights, templateRights } from "../rights.js";

export default defineFix({
  id: "set-image",
  title: "use another image",
  effect: "restarts-pods",
  needs: { image: "the image to use, or a tag or digest of the same repository" },
  takes: {
    tag: "a tag of the same repository, instead of an image",
    container: "the one container of the workload to change",
  },
  rights: [...templateRights, ...remakeRights],
  plan(asked, world) {
    const { values, finding } = asked;
    const image = values.tag === undefined ? (values.image ?? "") : withTag(finding.image, values.tag);
    const parsed = tryParseReference(image);
    if (!parsed.ok) {
      throw new ToolError("image-invalid", {
        what: `${image} is no image name`,
        why: parsed.why,
        do: "pass one with --image, such as registry.example.com/shop/cart:1.0",
      });
    }
    return changeImage(asked, world, { image, only: values.container });
  },
});

/** The same repository with another tag or digest; the name stays as it was written. */
function withTag(image: string, tag: string): string {
  const [name = image] = image.split("@");
  const colon = name.lastIndexOf(":");
  const bare = colon > name.lastIndexOf("/") ? name.slice(0, colon) : name;
  return /^[a-z0-9]+:[0-9a-f]{32,}$/.test(tag) ? `${bare}@${tag}` : `${bare}:${tag}`;
}
