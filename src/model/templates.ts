// Places in an image name that a tool should have filled in: `${TAG}`, `{{ .Values.tag }}`, `<tag>`.
// And what is left when a tool filled in nothing: `null`, `<no value>`.

export interface Template {
  /** As it stands in the text, such as `${TAG}`. */
  readonly written: string;
  /** Place in the text, in UTF-16 units. */
  readonly at: number;
  /** What it is and who was to fill it in, as a sentence without a full stop. */
  readonly text: string;
}

interface Shape {
  readonly pattern: RegExp;
  /** What follows the template itself in the sentence. */
  readonly is: string | ((written: string) => string);
}

const filledBy = (what: string, who: string): string => `is ${what} that ${who} was to fill in`;

const bracedBy = (written: string): string =>
  /\.(?:Values|Chart|Release|Capabilities|Files)\b/.test(written)
    ? filledBy("a Helm template", "helm")
    : filledBy("a template", "Helm, Jinja or another template tool");

// In this order: `${{ x }}` is no `{{ x }}`, and `${x}` no `$x`. No pattern can run past its own
// opening sign, so each is one pass over the text.
const shapes: readonly Shape[] = [
  { pattern: /\$\{\{[^{}]*\}\}/g, is: filledBy("an expression", "GitHub Actions") },
  { pattern: /\{\{[^{}]*\}\}/g, is: bracedBy },
  { pattern: /\{%[^{}%]*%\}/g, is: filledBy("a template", "Jinja, such as Ansible's,") },
  { pattern: /<%[^<>%]*%>/g, is: filledBy("a template", "ERB") },
  { pattern: /\$\{[^{}]*\}/g, is: filledBy("a variable", "a shell, envsubst, Terraform or Flux") },
  {
    pattern: /\$\([A-Za-z_][\w.-]*\)/g,
    is: `${filledBy("a variable", "Kustomize, Make or Azure Pipelines")}; Kubernetes fills $(…) into command, args and env alone`,
  },
  { pattern: /\$\([^()]*\)/g, is: "is a command that a shell was to run" },
  { pattern: /\$[A-Za-z_]\w*/g, is: filledBy("a variable", "a shell or envsubst") },
  { pattern: /#\{[^{}]*\}#?/g, is: filledBy("a token", "Octopus or Azure Pipelines") },
  { pattern: /%[A-Za-z_]\w*%/g, is: filledBy("a variable", "the Windows command line") },
  { pattern: /@[A-Z_][A-Z0-9_]*@/g, is: filledBy("a token", "a build script") },
  { pattern: /__[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*__/g, is: filledBy("a token", "a build script") },
  { pattern: /<(?:no value|nil|none|null)>/gi, is: "is what a template prints for a value that is not set" },
  { pattern: /<[A-Za-z][\w .-]*>/g, is: filledBy("a placeholder", "the reader of instructions") },
  { pattern: /\[[A-Za-z][A-Za-z _-]*\]/g, is: filledBy("a placeholder", "the reader of instructions") },
  { pattern: /\{\{|\$\{/g, is: "begins a template that does not end" },
  { pattern: /\}\}/g, is: "ends a template that does not begin" },
  { pattern: /\{[A-Za-z_][\w.-]*\}/g, is: filledBy("a placeholder", "a script") },
];

/**
 * The unfilled templates of a text, in their order. Finds nothing in a name that holds none of the
 * signs of a template; a name such as `app:__TAG__` can be a valid reference all the same.
 */
export function findTemplates(text: string): readonly Template[] {
  if (!/[${}<>%#[]|__|@[A-Z_]/.test(text)) return [];
  const found: Template[] = [];
  let rest = text;
  for (const { pattern, is } of shapes) {
    rest = rest.replace(pattern, (written, ...more: unknown[]) => {
      const at = more.find((value): value is number => typeof value === "number") ?? 0;
      found.push({ written, at, text: `${written} ${typeof is === "string" ? is : is(written)}` });
      // The place is taken; what is inside of it is not looked at again.
      return " ".repeat(written.length);
    });
  }
  return found.sort((a, b) => a.at - b.at);
}

/**
 * The part of a reference that is what programs print for nothing, or the word that instructions
 * leave for the reader: `null`, `undefined`, `changeme`. `undefined` for any other.
 */
export function printedNothing(part: string): string | undefined {
  if (/^(?:null|nil|none|undefined|nan|true|false)$/i.test(part))
    return `${part} is what a program prints for a value that is not set`;
  if (
    /^(?:change-?me|replace-?me|todo|fixme|your-?tag|image-?tag|tag|version|x\.y\.z)$/i.test(
      part.replaceAll("_", "-"),
    )
  )
    return `${part} stands where instructions leave the value to the reader`;
  return undefined;
}
