// Text with YAML documents in it, as in a ticket or a copied terminal session: which lines are
// YAML and which are not.

/** How the YAML of an object begins at the left margin. */
const documentStart =
  /^(?:---\s*$|(?:- )?["']?(?:apiVersion|kind|items|metadata|data|stringData|spec|type)["']?:(?:\s|$))/;
/** What ends it: a fence, the next command, or what kubectl prints in another form. */
const documentEnd =
  /^(?:```|~~~|\S*[$%>]\s+\S|# (?:kubectl|oc)\s|Name:\s+\S|NAME\s|NAMESPACE\s|LAST SEEN\s|TYPE\s+REASON|Error from server)/;

export class YamlFinder {
  #isInside = false;

  /** Whether the line belongs to a document; `isFirst` when a new one begins with it. */
  push(line: string): { readonly isYaml: boolean; readonly isFirst: boolean } {
    if (this.#isInside && documentEnd.test(line)) this.#isInside = false;
    if (this.#isInside) return { isYaml: true, isFirst: false };
    // The first keys of a document may stand in any order; what is before them is no YAML.
    this.#isInside = documentStart.test(line);
    return { isYaml: this.#isInside, isFirst: this.#isInside };
  }
}
