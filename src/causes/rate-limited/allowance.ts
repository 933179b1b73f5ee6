// What Docker Hub allows: a dated fact for sentences. No verdict depends on it.

/** When the numbers were last compared with https://docs.docker.com/docker-hub/usage/pulls/. */
export const hubAllowanceCheckedAt = "August 2026";

/** Pulls in a window of six hours; accounts that pay have no limit. */
export const hubAllowance: readonly { readonly who: string; readonly pulls: number }[] = [
  { who: "an address that does not sign in", pulls: 100 },
  { who: "a free account", pulls: 200 },
];
