// Holds what a command prints against its schema in docs/schema, and remembers which of its fields were ever there.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020, type ErrorObject } from "ajv/dist/2020.js";
import { root } from "./tree.js";

interface SchemaNode {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly oneOf?: readonly SchemaNode[];
}

export interface SchemaKeeper {
  /** What departs from the schema; [] when nothing does. The fields of what keeps it count as seen. */
  departures(value: unknown): readonly ErrorObject[];
  /** Fields that the schema describes and nothing had, such as `findings.retry.everySeconds`. */
  unseen(): readonly string[];
}

/** `open`: fields whose names are the product's data and not the schema's. */
export function schemaKeeper(file: string, open: readonly string[] = []): SchemaKeeper {
  const schema: SchemaNode & { readonly $defs?: Readonly<Record<string, SchemaNode>> } = JSON.parse(
    readFileSync(join(root, "docs/schema", file), "utf8"),
  );
  const validate = new Ajv2020({ allErrors: true, strict: true }).compile(schema);
  const seen = new Set<string>();
  const note = (value: unknown, path: string): void => {
    if (Array.isArray(value)) {
      for (const item of value) note(item, path);
    } else if (typeof value === "object" && value !== null) {
      for (const [name, child] of Object.entries(value)) {
        const inner = path === "" ? name : `${path}.${name}`;
        seen.add(inner);
        if (!open.includes(inner)) note(child, inner);
      }
    }
  };
  const collect = (node: SchemaNode, path: string, into: Set<string>): void => {
    const named = schema.$defs?.[node.$ref?.replace("#/$defs/", "") ?? ""];
    if (named !== undefined) collect(named, path, into);
    if (node.items !== undefined) collect(node.items, path, into);
    for (const one of node.oneOf ?? []) collect(one, path, into);
    for (const [field, child] of Object.entries(node.properties ?? {})) {
      const inner = path === "" ? field : `${path}.${field}`;
      into.add(inner);
      collect(child, inner, into);
    }
  };
  return {
    departures(value) {
      if (!validate(value)) return validate.errors ?? [];
      note(value, "");
      return [];
    },
    unseen() {
      const promised = new Set<string>();
      collect(schema, "", promised);
      return [...promised].filter((path) => !seen.has(path));
    },
  };
}
