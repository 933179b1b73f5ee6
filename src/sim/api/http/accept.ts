// Content negotiation: which shape of an answer a client asks for.

/** `application/json;as=Table;v=v1;g=meta.k8s.io` becomes its type and its parameters. */
export interface MediaType {
  readonly type: string;
  readonly parameters: Readonly<Record<string, string>>;
}

export function parseAccept(header: string | undefined): MediaType[] {
  return (header ?? "*/*").split(",").map((part) => {
    const [type = "", ...rest] = part.split(";").map((piece) => piece.trim());
    const parameters = Object.fromEntries(
      rest.map((piece) => {
        const [key = "", value = ""] = piece.split("=");
        return [key.trim(), value.trim()];
      }),
    );
    return { type: type.toLowerCase(), parameters };
  });
}

export type Shape = "object" | "table" | "metadata";

const SHAPES: Readonly<Record<string, Shape>> = {
  Table: "table",
  PartialObjectMetadata: "metadata",
  PartialObjectMetadataList: "metadata",
};

/**
 * The first shape asked for that this server can give; JSON is the only encoding. undefined: the
 * client takes nothing that can be given (406).
 */
export function shapeOf(accept: string | undefined): Shape | undefined {
  for (const { type, parameters } of parseAccept(accept)) {
    if (!["application/json", "application/*", "*/*", ""].includes(type)) continue;
    const { as } = parameters;
    if (as === undefined) return "object";
    const shape = SHAPES[as];
    if (shape !== undefined && (parameters.g ?? "meta.k8s.io") === "meta.k8s.io") return shape;
  }
  return undefined;
}
