// The name under which an image lives now, where its owner gave the old one up.

import { defineFix } from "../define.js";
import { changeImage } from "../images.js";
import { remakeRights, templateRights } from "../rights.js";

export default defineFix({
  id: "move-registry",
  title: "use the name under which the image lives now",
  effect: "restarts-pods",
  needs: { image: "the image's present name" },
  takes: { container: "the one container of the workload to change" },
  rights: [...templateRights, ...remakeRights],
  plan: (asked, world) =>
    changeImage(asked, world, { image: asked.values.image ?? "", only: asked.values.container }),
});
