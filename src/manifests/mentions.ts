// Lines that say the image or its tag where nothing in the folder tells what reads them: values for a chart that lies
// elsewhere, variables of a pipeline. They are pointed at, never edited.

import { splitImage } from "./image-text.js";
import { filesOf, type Tree } from "./tree.js";

const maxMentions = 10;

export function mentionsOf(tree: Tree, image: string): readonly string[] {
  const { name, tag, digest } = splitImage(image);
  const part = digest ?? tag;
  const short = name.split("/").at(-1) ?? name;
  const found: string[] = [];
  for (const { path, text } of filesOf(tree)) {
    const isAbout = part !== undefined && text.includes(part) && `${path}\n${text}`.includes(short);
    if (!isAbout && !text.includes(image)) continue;
    for (const [at, line] of text.split(/\r?\n/).entries()) {
      const saysPart =
        part !== undefined && /tag|image|version|digest/i.test(line) && wordsOf(line).includes(part);
      if (!line.includes(image) && !saysPart) continue;
      found.push(`${path}:${at + 1} mentions ${line.includes(image) ? image : (part ?? "")}`);
      if (found.length >= maxMentions) return found;
    }
  }
  return found;
}

const wordsOf = (line: string): readonly string[] => line.split(/[\s"'{},[\]@=]+|:\s/);
