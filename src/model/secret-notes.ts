// What a credential's own text tells without being shown: a command that nobody ran, a token that
// carries its end, a stray line end. Facts only; no note holds any part of a value.

import type { WrittenEntry } from "./docker-config.js";
import type { SecretNote } from "./objects.js";

export function notesOf({ entry, fields }: WrittenEntry): SecretNote[] {
  const { key, username } = entry;
  const password = entry.password.reveal();
  const notes: (Omit<SecretNote, "key"> | undefined)[] =
    username === "" && password === ""
      ? [{ is: "no-usable-field", text: unusable(fields) }]
      : [
          literalCommand("the password", password) ?? literalCommand("the user name", username),
          whitespace("password", password) ?? whitespace("user name", username),
          ends(password),
          shortLived(username, password),
        ];
  return notes.flatMap((note) => (note === undefined ? [] : [{ ...note, key }]));
}

type Note = Omit<SecretNote, "key"> | undefined;

/** Fields that Docker understands and that the kubelet passes over. */
const ignoredFields = ["identitytoken", "registrytoken"];

function unusable(fields: readonly string[]): string {
  const ignored = fields.filter((field) => ignoredFields.includes(field.toLowerCase()));
  if (ignored.length > 0) return `only ${ignored.join(" and ")}, which the kubelet does not use`;
  return fields.length === 0 ? "an entry without any field" : "neither user nor password";
}

/** Commands that print a password, as they stand in instructions. */
const commands: readonly { readonly named: string; readonly begins: RegExp }[] = [
  {
    named: "aws ecr get-login-password",
    begins: /^aws\s+(?:\S+\s+){0,4}?ecr(?:-public)?\s+get-login(?:-password)?\b/,
  },
  {
    named: "aws ecr get-authorization-token",
    begins: /^aws\s+(?:\S+\s+){0,4}?ecr(?:-public)?\s+get-authorization-token\b/,
  },
  {
    named: "gcloud auth print-access-token",
    begins: /^gcloud\s+(?:\S+\s+){0,4}?auth\s+print-(?:access|identity)-token\b/,
  },
  { named: "az", begins: /^az\s+(?:acr|account)\s+[a-z-]+\b/ },
  { named: "gh auth token", begins: /^gh\s+auth\s+token\b/ },
  { named: "doctl registry", begins: /^doctl\s+registry\s+/ },
  { named: "oc whoami -t", begins: /^oc\s+whoami\b/ },
  { named: "kubectl", begins: /^kubectl\s+(?:get|create|config)\s/ },
  { named: "cat", begins: /^cat\s+[~./$]\S*$/ },
  { named: "echo", begins: /^echo\s+(?:-n\s+)?["'$]/ },
  { named: "pass", begins: /^(?:vault\s+(?:kv\s+get|read)|op\s+read|pass\s+show)\s/ },
];

function literalCommand(what: string, value: string): Note {
  const text = value.trim();
  const is = "literal-command";
  if (/^"?\$\(.*\)"?$/s.test(text)) return { is, text: `${what} is $(…): a command that no shell has run` };
  if (/^`.+`$/s.test(text)) return { is, text: `${what} is a command in backquotes that no shell has run` };
  const known = commands.find(({ begins }) => begins.test(text));
  return known && { is, text: `${what} is the text of the command ${known.named}` };
}

function whitespace(what: string, value: string): Note {
  if (value.trim() === value) return undefined;
  const where = [value.trimStart() !== value ? "begins" : "", value.trimEnd() !== value ? "ends" : ""].filter(
    Boolean,
  );
  const kind = /[\r\n]$/.test(value) || /^[\r\n]/.test(value) ? "a line end" : "white space";
  return { is: "whitespace", text: `the ${what} ${where.join(" and ")} with ${kind}` };
}

/** When the token says that it ends: a JWT's `exp`, or the date inside an ECR password. */
function ends(password: string): Note {
  const token = password.trim();
  const jwt = /^[\w-]+\.([\w-]+)\.[\w-]*$/.exec(token);
  const seconds =
    jwt === null ? dateIn(token, "base64", "expiration") : dateIn(jwt[1] ?? "", "base64url", "exp");
  if (seconds === undefined) return undefined;
  const at = new Date(seconds * 1000);
  return { is: "expires", text: `the password is a token that says it ends at ${at.toISOString()}`, at };
}

/** Seconds since 1970; between 2000 and 2100, else it is no date. */
function dateIn(encoded: string, encoding: "base64" | "base64url", field: string): number | undefined {
  if (encoded.length < 16 || encoded.length > 100_000 || !/^[\w+/=-]+$/.test(encoded)) return undefined;
  try {
    const content: unknown = JSON.parse(Buffer.from(encoded, encoding).toString("utf8"));
    if (typeof content !== "object" || content === null) return undefined;
    const seconds: unknown = Reflect.get(content, field);
    return typeof seconds === "number" && seconds > 946_684_800 && seconds < 4_102_444_800
      ? seconds
      : undefined;
  } catch {
    // Not a token with a date in it; most passwords are none.
    return undefined;
  }
}

/** Logins that end by themselves, told by the user name or by how such a token begins. */
const shortLivedUsers: Readonly<Record<string, string>> = {
  AWS: "an Amazon ECR login, whose password lives 12 hours",
  oauth2accesstoken: "a Google access token, which lives 1 hour",
  _dcgcloud_token: "a Google access token, which lives 1 hour",
  "00000000-0000-0000-0000-000000000000": "an Azure registry login, whose token lives 3 hours",
  "gitlab-ci-token": "a GitLab job's token, which ends with the job",
};
const shortLivedTokens: readonly { readonly begins: string; readonly is: string }[] = [
  { begins: "ghs_", is: "a GitHub App or workflow token, which lives 1 hour or as long as its job" },
  { begins: "ya29.", is: "a Google access token, which lives 1 hour" },
];

function shortLived(username: string, password: string): Note {
  const byUser = Object.hasOwn(shortLivedUsers, username) ? shortLivedUsers[username] : undefined;
  if (byUser !== undefined) return { is: "short-lived-kind", text: `user ${username}: ${byUser}` };
  const byToken = shortLivedTokens.find(({ begins }) => password.startsWith(begins));
  return byToken && { is: "short-lived-kind", text: `the password is ${byToken.is}` };
}
