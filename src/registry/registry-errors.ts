// The error body of the distribution specification, and what token servers make of it.

export interface RegistryError {
  /** As sent, such as `MANIFEST_UNKNOWN`; "" where the server gives none. */
  readonly code: string;
  readonly message: string;
}

const maxErrors = 5;
const maxText = 500;

/** The errors of a JSON body; [] when it is none. `{"details": ...}` and `{"error": ..., "error_description": ...}` count as one. */
export function errorsOf(text: string): readonly RegistryError[] {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return [];
  }
  if (!isRecord(body)) return [];
  if (Array.isArray(body.errors)) return body.errors.slice(0, maxErrors).filter(isRecord).map(errorOf);
  const single = [body.details, body.error_description, body.message, body.error].find(
    (one) => typeof one === "string",
  );
  return single === undefined ? [] : [{ code: textOf(body.code), message: textOf(single) }];
}

function errorOf(error: Readonly<Record<string, unknown>>): RegistryError {
  const message = textOf(error.message) || (typeof error.detail === "string" ? textOf(error.detail) : "");
  return { code: textOf(error.code), message };
}

/** `MANIFEST_UNKNOWN: manifest unknown`, for evidence. */
export function errorText({ code, message }: RegistryError): string {
  return [code, message].filter((part) => part !== "").join(": ");
}

const textOf = (value: unknown): string => (typeof value === "string" ? value.slice(0, maxText) : "");

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
