// The hash of a pod template, in the letters that the real controllers use.

const letters = "bcdfghjklmnpqrstvwxz2456789";

/** FNV-1a of 32 bits, written as a number and each digit as a letter. */
export function templateHash(template: unknown, collisions = 0): string {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(`${sorted(template)}${collisions === 0 ? "" : collisions}`)) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return [...String(hash)].map((digit) => letters[Number(digit)]).join("");
}

function sorted(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === "object" && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}

/** `25%` of a total, or a number. */
export function resolved(value: unknown, total: number, up: boolean): number {
  if (typeof value === "number") return value;
  const percent = Number.parseFloat(String(value ?? "0"));
  if (!String(value).endsWith("%")) return Number.isFinite(percent) ? percent : 0;
  return up ? Math.ceil((percent * total) / 100) : Math.floor((percent * total) / 100);
}
